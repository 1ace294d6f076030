import type { ClientSubject } from '../issuance/access-token.js';
import type { IssuedClientToken } from '../issuance/client-token.js';
import type { IssuedTokens, TokenSubject } from '../issuance/issue.js';
import type { IssuedPersonalAccessToken, PersonalSubject } from '../issuance/personal-access-token.js';
import type { GrantType, ProtocolRequest } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';

/** A token request whose client has proven who it is. */
export interface AuthenticatedRequest extends ProtocolRequest {
  readonly client: ClientRecord;
  /** Tells the log which user the request is about, as soon as that is known. */
  readonly noteUser: (accountId: string) => void;
}

/**
 * What a grant found worth issuing tokens for. Nothing has been written yet: `commit` spends what was
 * presented and keeps the new tokens in one unit, and may still refuse.
 */
export interface Redemption extends TokenSubject {
  readonly kind: 'redemption';
  /**
   * @returns the body to answer with, which is another's where somebody was quicker
   * @throws OAuthError when what was presented has been spent meanwhile
   */
  commit(issued: IssuedTokens): Promise<string>;
}

/** A client that may have a token of its own. Nobody granted it anything, so that nothing is spent. */
export interface ClientRedemption extends ClientSubject {
  readonly kind: 'clientRedemption';
  /** @returns the body to answer with, once what is to be kept is kept */
  commit(issued: IssuedClientToken): Promise<string>;
}

/** A token for the developer of an app. Its commit ends the one that they had, and may still refuse. */
export interface PersonalRedemption extends PersonalSubject {
  readonly kind: 'personalRedemption';
  /**
   * @returns the body to answer with
   * @throws OAuthError when the app has been disabled meanwhile
   */
  commit(issued: IssuedPersonalAccessToken): Promise<string>;
}

/** An answer that was given before and is given again, byte for byte. */
export interface Repetition {
  readonly kind: 'repetition';
  readonly body: string;
}

/** One grant type (RFC 6749 §4). It redeems; it never mints. */
export interface Grant {
  readonly type: GrantType;
  /** Clients of these grant types may use it too, without being registered for it by name. */
  readonly comesWith?: readonly GrantType[];
  /** @throws OAuthError when what was presented is worth nothing to this client */
  redeem(
    request: AuthenticatedRequest,
  ): Promise<Redemption | ClientRedemption | PersonalRedemption | Repetition>;
}
