import type { GrantType, Parameters } from '@grantor/protocol';
import type { IssuedTokens } from '../issuance/issue.js';
import type { AccountRecord, ClientRecord, GrantRecord } from '../storage/ports/index.js';

/** A token request whose client has proven who it is. */
export interface AuthenticatedRequest {
  readonly client: ClientRecord;
  readonly parameters: Parameters;
}

/**
 * What a grant found worth issuing tokens for. Nothing has been written yet: `commit` spends what was
 * presented and keeps the new tokens in one unit, and may still refuse.
 */
export interface Redemption {
  readonly kind: 'redemption';
  readonly client: ClientRecord;
  readonly grant: GrantRecord;
  readonly account: AccountRecord;
  /** What the access token is for: all that was granted, or the part that the request asks for. */
  readonly scopes: readonly string[];
  readonly nonce: string | null;
  /**
   * @returns the body to answer with, which is another's where somebody was quicker
   * @throws OAuthError when what was presented has been spent meanwhile
   */
  commit(issued: IssuedTokens): Promise<string>;
}

/** An answer that was given before and is given again, byte for byte. */
export interface Repetition {
  readonly kind: 'repetition';
  readonly body: string;
}

/** One grant type (RFC 6749 §4). It redeems; it never mints. */
export interface Grant {
  readonly type: GrantType;
  /** @throws OAuthError when what was presented is worth nothing to this client */
  redeem(request: AuthenticatedRequest): Promise<Redemption | Repetition>;
}
