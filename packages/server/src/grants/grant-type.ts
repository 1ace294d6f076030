import type { Subject } from '../issuance/subject.js';
import type { Wants } from '../issuance/wants.js';
import type { GrantType, ProtocolRequest } from '../protocol/index.js';
import type { Binding, ClientRecord, NewTokens } from '../storage/ports/index.js';

/** A token request whose client is authenticated. */
export interface AuthenticatedRequest extends ProtocolRequest {
  readonly client: ClientRecord;
  /** What the sender of the request has proven to have. The tokens of the response are bound to it. */
  readonly binding: Binding;
  /** Tells the log which user the request is about, as soon as that is known. */
  readonly noteUser: (accountId: string) => void;
}

/**
 * A valid token request: who the tokens are for, and which. Nothing has been written yet: `commit` spends what was
 * presented and keeps the new tokens in one unit, and may still refuse.
 */
export interface Redemption {
  readonly kind: 'redemption';
  readonly subject: Subject;
  readonly wants: Wants;
  /**
   * @param records what storage must keep of the issued tokens
   * @param body the token response with them
   * @returns the body to respond with: that of another request where it was committed before
   * @throws OAuthError when what was presented has been spent or revoked since
   */
  commit(records: NewTokens, body: string): Promise<string>;
}

/** A response that was sent before and is sent again, byte for byte. */
export interface Repetition {
  readonly kind: 'repetition';
  readonly body: string;
}

/** One grant type (RFC 6749 §4). It redeems; it never issues. */
export interface Grant {
  readonly type: GrantType;
  /** Clients of these grant types may use it too, without being registered for it by name. */
  readonly comesWith?: readonly GrantType[];
  /** @throws OAuthError when the request is not valid for this client */
  redeem(request: AuthenticatedRequest): Promise<Redemption | Repetition>;
}
