import type { AuditEvent } from './audit.port.js';
import type { NewConsentItem } from './consents.port.js';
import type { GrantRecord, GrantWithAccount } from './grant-record.js';
import type {
  CodeRecord,
  GrantTokens,
  NewRefreshToken,
  NewTokens,
  OpaqueAccessTokenRecord,
  RefreshTokenName,
  RefreshTokenState,
  SpentRefreshToken,
} from './grant-tokens.js';
import type { TicketToSpend } from './spent-tickets.port.js';

/** A new grant and everything that is written with it in one unit. */
export interface NewGrant {
  readonly grant: GrantRecord;
  /** The code that the client redeems for tokens. */
  readonly code?: CodeRecord | undefined;
  /** Tokens that are sent without a token request, or beside the code. */
  readonly tokens?: NewTokens | undefined;
  /** What the user has just allowed the client. */
  readonly consent?: readonly NewConsentItem[] | undefined;
  /** The ticket of the authorization request. */
  readonly ticket?: TicketToSpend | undefined;
  /** The event for the audit trail. */
  readonly event?: AuditEvent | undefined;
}

/**
 * `originEnded`: the session that the grant comes from has ended, or the client has been deleted, disabled or has other
 * credentials. A grant that is written now would stay valid after that end. `ticketSpent`: the request was decided before.
 */
export type CreateOutcome = 'created' | 'originEnded' | 'ticketSpent';

export type RedeemOutcome = 'redeemed' | 'alreadyRedeemed' | 'missing';

export type RotateOutcome =
  | { readonly outcome: 'rotated' }
  | { readonly outcome: 'alreadyRotated'; readonly token: SpentRefreshToken }
  | { readonly outcome: 'missing' };

export interface GrantStore {
  /**
   * Writes a grant, if what it comes from still holds. Nothing is written otherwise.
   *
   * A grant from a session with the scope `openid` records that the session signed the user in to the client. A grant
   * of a developer revokes the developer's previous one for the client; of several at once, one stays.
   */
  create(command: NewGrant): Promise<CreateOutcome>;
  find(grantId: string): Promise<GrantWithAccount | undefined>;
  findCode(hash: string): Promise<(GrantWithAccount & { code: CodeRecord }) | undefined>;
  /** @returns state `spent` for any token that begins as a family does and is not its current token */
  findRefreshToken(
    name: RefreshTokenName,
  ): Promise<(GrantWithAccount & { token: RefreshTokenState }) | undefined>;
  findOpaqueAccessToken(
    hash: string,
  ): Promise<(GrantWithAccount & { token: OpaqueAccessTokenRecord }) | undefined>;
  /**
   * Spends the code if it is unspent, and adds these tokens. A second use adds nothing and revokes the grant, and with it
   * the tokens of the first use (RFC 6749 §4.1.2).
   *
   * @param reuse the event of a second use, written if it revoked the grant
   * @returns `alreadyRedeemed` also for a code whose grant is revoked, whether or not it was spent
   */
  redeemCode(hash: string, tokens: GrantTokens, now: number, reuse?: AuditEvent): Promise<RedeemOutcome>;
  /**
   * Replaces the refresh token by its successor of the same family if it is the current one, and keeps the sealed
   * response for a retry. The second caller gets the response of the first one. A fixed number of the grant's opaque
   * access tokens stay.
   *
   * @returns `missing` also for a token whose grant is revoked: its sealed response is void too
   */
  rotateRefreshToken(
    name: RefreshTokenName,
    successor: GrantTokens & { readonly refreshToken: NewRefreshToken },
    sealedResponse: string,
    now: number,
  ): Promise<RotateOutcome>;
  /**
   * Uses the refresh token without spending it: adds the access token, if there is one to keep, and moves the expiry
   * of the refresh token. The token before it can no longer be retried.
   *
   * @returns `missing` where there is no such current token of a live grant
   */
  keepRefreshToken(
    name: RefreshTokenName,
    tokens: Pick<GrantTokens, 'grantId' | 'accessToken'>,
    expiresAt: number,
    now: number,
  ): Promise<'kept' | 'missing'>;
  /**
   * Revokes the grant and with it everything issued from it. Revoking it again changes nothing.
   *
   * @param event the event for the audit trail, written in the same unit where this call is the one that revoked it
   */
  revoke(grantId: string, now: number, event?: AuditEvent): Promise<'revoked' | 'alreadyRevoked' | 'missing'>;
  /** Revokes one opaque access token and leaves its grant alone. */
  deleteOpaqueAccessToken(hash: string): Promise<'deleted' | 'missing'>;
  /**
   * Deletes up to `limit` expired rows of each kind.
   *
   * A grant is deleted when it has expired and no code or token of it is left that has not. JWT access tokens are not
   * kept and may still name it then, so the caller allows for the longest that one of them lives.
   *
   * @param expiredBefore deletes what expired before: the present less the longest lifetime of an access token
   * @param sealedResponsesBefore deletes the sealed responses of tokens that were spent before
   * @returns how many rows it changed; 0 when there is nothing left to do
   */
  purge(expiredBefore: number, sealedResponsesBefore: number, limit: number): Promise<number>;
}
