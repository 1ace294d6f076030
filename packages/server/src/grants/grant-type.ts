import type { Subject } from '../issuance/subject.js';
import type { Wants } from '../issuance/wants.js';
import type { GrantType, ProtocolRequest } from '../protocol/index.js';
import type { Binding, ClientRecord, NewTokens } from '../storage/ports/index.js';

/** A token request whose client is authenticated. */
export interface AuthenticatedRequest extends ProtocolRequest {
  readonly client: ClientRecord;
  /** What the sender of the request has proven to have. The tokens of the response are bound to it. */
  readonly binding: Binding;
  /** Adds the user to the log entry of the request. */
  readonly noteUser: (accountId: string) => void;
}

/**
 * A valid token request: who the tokens are for, and which tokens. Nothing is written yet: `commit` spends the code or token
 * of the request and stores the new tokens in one unit, and can still refuse.
 */
export interface Redemption {
  readonly kind: 'redemption';
  readonly subject: Subject;
  readonly wants: Wants;
  /**
   * @param records the rows of the issued tokens
   * @param body the token response with them
   * @returns the body of the response: that of another request if that one was committed before
   * @throws OAuthError if the code or token has been spent or revoked since
   */
  commit(records: NewTokens, body: string): Promise<string>;
}

/** An earlier response that is sent again, byte for byte. */
export interface Repetition {
  readonly kind: 'repetition';
  readonly body: string;
}

/** One grant type (RFC 6749 §4). It redeems and never issues tokens. */
export interface Grant {
  readonly type: GrantType;
  /** Clients of these grant types can use it, too. */
  readonly comesWith?: readonly GrantType[];
  /** @throws OAuthError if the request is not valid for this client */
  redeem(request: AuthenticatedRequest): Promise<Redemption | Repetition>;
}
