import type { AccountRecord } from './accounts.port.js';
import type { AuditEvent } from './audit.port.js';
import type { ConsentItem } from './consents.port.js';
import type { TicketToSpend } from './spent-tickets.port.js';

/** What is asked of one claim (OpenID Connect Core 1.0 §5.5.1). */
export interface ClaimRequest {
  readonly essential?: boolean;
  readonly value?: unknown;
  readonly values?: readonly unknown[];
}

/** The `claims` parameter (OpenID Connect Core 1.0 §5.5): null asks for a claim in the ordinary way. */
export interface ClaimsRequest {
  readonly userinfo?: Readonly<Record<string, ClaimRequest | null>>;
  readonly id_token?: Readonly<Record<string, ClaimRequest | null>>;
}

/** What a grant allows at one resource. */
export interface ResourceAccess {
  /** As the deployment writes it. */
  readonly resource: string;
  /** Without the identity scopes, which belong to no resource. */
  readonly scopes: readonly string[];
}

/** What else was asked for and granted. */
export interface GrantDetails {
  readonly claims?: ClaimsRequest;
  /** The authentication context that was reached (`acr`). */
  readonly acr?: string;
  /** The resources that tokens may be requested for (RFC 8707 §2), with the scopes that are allowed at each. */
  readonly access?: readonly ResourceAccess[];
  /** The same in grants from before `access`: all scopes at each of these resources, or at the audience. */
  readonly resources?: readonly string[];
}

/** How a grant came about: at the authorization endpoint, or by a developer for themselves. */
export type GrantKind = 'authorization_code' | 'personal_access_token';

/**
 * One authorization that a person gave to a client. Everything issued from it hangs on it, so that
 * ending the grant ends all of it in one write.
 */
export interface GrantRecord {
  readonly id: string;
  readonly kind: GrantKind;
  readonly clientId: string;
  readonly accountId: string;
  readonly scopes: readonly string[];
  /** The `aud` of its access tokens where no resource was asked for. */
  readonly audience: string;
  /** The `sid` of the sign-in that it came from. */
  readonly sessionId: string;
  /** When the person signed in, in seconds since the epoch (`auth_time`). */
  readonly authTime: number;
  readonly details: GrantDetails;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** An authorization code, known by its hash. */
export interface CodeRecord {
  readonly hash: string;
  readonly grantId: string;
  /** Where it was sent to. */
  readonly redirectUri: string;
  /** Whether the request named the URI, in which case the token request must repeat it (RFC 6749 §4.1.3). */
  readonly redirectUriSent: boolean;
  /** The S256 challenge (RFC 7636 §4.3). */
  readonly codeChallenge: string | null;
  readonly nonce: string | null;
  readonly expiresAt: number;
  readonly spentAt: number | null;
}

/**
 * What storage knows a refresh token by. The tokens of one grant are a family: they begin with the same random part, so
 * that one row tells the current token from all that were spent.
 */
export interface RefreshTokenName {
  /** The hash of the part that it shares with its family. */
  readonly familyHash: string;
  /** The hash of the whole token. */
  readonly hash: string;
}

export interface NewRefreshToken extends RefreshTokenName {
  readonly grantId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A refresh token that was used. */
export interface SpentRefreshToken {
  readonly state: 'spent';
  /**
   * When it was spent, and the answer that its use got, sealed so that only who holds the token can have it opened.
   * Null once the answer is forgotten or a later token of its family was used.
   */
  readonly retry: { readonly spentAt: number; readonly sealedAnswer: string } | null;
}

export type RefreshTokenState =
  | { readonly state: 'current'; readonly createdAt: number; readonly expiresAt: number }
  | SpentRefreshToken;

/** An access token that only Grantor can read. JWT access tokens are not kept. */
export interface OpaqueAccessTokenRecord {
  readonly hash: string;
  readonly grantId: string;
  /** What it is for: the grant's scopes, or fewer. */
  readonly scopes: readonly string[];
  /** Its `aud`: the grant's audience, or fewer of its resources. */
  readonly audience: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What a token is worth depends on its grant and on whose it is; they are always read together. */
export interface GrantWithAccount {
  readonly grant: GrantRecord;
  readonly account: AccountRecord;
}

/** New tokens that are written in the same unit that spends what they were issued for. */
export interface NewTokens {
  readonly accessToken: OpaqueAccessTokenRecord | null;
  readonly refreshToken: NewRefreshToken | null;
}

/** What is written together with a new grant. */
export interface WithGrant {
  /** What the audit trail has of it. */
  readonly event?: AuditEvent | undefined;
  /** The ticket that the grant answers. */
  readonly ticket?: TicketToSpend | undefined;
}

export type RedeemOutcome = 'redeemed' | 'alreadyRedeemed' | 'missing';

export type RotateOutcome =
  | { readonly outcome: 'rotated' }
  | { readonly outcome: 'alreadyRotated'; readonly token: SpentRefreshToken }
  | { readonly outcome: 'missing' };

export interface GrantStore {
  /**
   * Writes a grant and its code; and, where the grant signs the person in to the client, that its session did.
   *
   * @param consented what the user has just allowed the client, remembered in the same unit
   * @param accessToken an opaque access token that goes out beside the code
   * @param also what is written in the same unit
   * @returns `sessionEnded` where the session that it comes from has ended, since what ended the session would not have
   *   ended the grant; `ticketSpent` where the request was answered before. Nothing is written then
   */
  create(
    grant: GrantRecord,
    code: CodeRecord,
    consented: readonly ConsentItem[],
    accessToken: OpaqueAccessTokenRecord | null,
    also?: WithGrant,
  ): Promise<'created' | 'sessionEnded' | 'ticketSpent'>;
  /**
   * Writes a developer's own grant with its access token, and ends the one that they had for the client before.
   * Of several at once, one is left.
   *
   * @param credentialsVersion of the client's credentials that it proved itself with
   * @param code spent, and known to nobody: it runs out with the access token, so that the grant can be deleted
   * @param event what to remember of it, in the same unit
   * @returns `clientEnded` where the client is not there or not enabled, or has other credentials by now; nothing is
   *   written then
   */
  replacePersonal(
    grant: GrantRecord,
    credentialsVersion: number,
    code: CodeRecord,
    accessToken: OpaqueAccessTokenRecord | null,
    event: AuditEvent,
  ): Promise<'created' | 'clientEnded'>;
  find(grantId: string): Promise<GrantWithAccount | undefined>;
  findCode(hash: string): Promise<(GrantWithAccount & { code: CodeRecord }) | undefined>;
  /** @returns `spent` for whatever has the part of a family and is not its current token */
  findRefreshToken(
    name: RefreshTokenName,
  ): Promise<(GrantWithAccount & { token: RefreshTokenState }) | undefined>;
  findOpaqueAccessToken(
    hash: string,
  ): Promise<(GrantWithAccount & { token: OpaqueAccessTokenRecord }) | undefined>;
  /**
   * Spends the code if it is unspent, and adds these tokens. A second use adds nothing and ends the
   * grant, so that what the first use got is worth nothing either (RFC 6749 §4.1.2).
   *
   * @param reuse what to remember of a second use, where it is the one that ended the grant
   * @returns `alreadyRedeemed` also for a code whose grant has ended, whether or not it was spent
   */
  redeemCode(hash: string, tokens: NewTokens, now: number, reuse?: AuditEvent): Promise<RedeemOutcome>;
  /**
   * Replaces the refresh token by its successor of the same family if it is the current one, and keeps the sealed
   * answer for a retry. The second caller gets what the first one left. Of the access tokens of the grant that storage
   * keeps, a fixed number stay.
   *
   * @returns `missing` also for a token whose grant has ended: its sealed answer is worth nothing either
   */
  rotateRefreshToken(
    name: RefreshTokenName,
    successor: { readonly refreshToken: NewRefreshToken; readonly accessToken: NewTokens['accessToken'] },
    sealedAnswer: string,
    now: number,
  ): Promise<RotateOutcome>;
  /**
   * Uses the refresh token without spending it: adds this access token, if there is one to keep, and moves
   * the token's end. The token before it has no retry any more.
   *
   * @returns `missing` where there is no such current token of a live grant
   */
  keepRefreshToken(
    name: RefreshTokenName,
    accessToken: OpaqueAccessTokenRecord | null,
    expiresAt: number,
    now: number,
  ): Promise<'kept' | 'missing'>;
  /**
   * Ends the grant and with it everything issued from it. Ending an ended one changes nothing.
   *
   * @param event what to remember of it, in the same unit, where this call is the one that ended it
   */
  revoke(grantId: string, now: number, event?: AuditEvent): Promise<'revoked' | 'alreadyRevoked' | 'missing'>;
  /** Ends one opaque access token and leaves its grant alone. */
  deleteOpaqueAccessToken(hash: string): Promise<'deleted' | 'missing'>;
  /**
   * Deletes up to `limit` rows of each kind that are of no more use to anybody.
   *
   * A grant goes when all that hangs on it has expired. JWT access tokens are not kept and may still name
   * it then, so let the caller allow for the longest that one of them lives.
   *
   * @param expiredBefore what expired before is deleted: the present less the longest life of an access token
   * @param sealedAnswersBefore sealed answers of tokens spent before are forgotten
   * @returns how many rows it changed; 0 when there is nothing left to do
   */
  purge(expiredBefore: number, sealedAnswersBefore: number, limit: number): Promise<number>;
}
