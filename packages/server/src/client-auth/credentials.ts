import type { Parameters } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';

/** What one client authentication method found in a request. */
export interface Presented {
  /** Who the request says that it is from; nothing is proven yet. */
  readonly clientId: string;
  /** Whether the request holds a secret or an assertion; false where it only names the client. */
  readonly isCredential: boolean;
  /**
   * Whether this proves that it is from that client.
   *
   * @param client undefined where there is none of that ID, which must take as long to refuse where a
   *   secret is compared
   */
  prove(client: ClientRecord | undefined): boolean | Promise<boolean>;
  /**
   * At the token endpoint, where nothing is proven: the client as which the request may go on all the same, since
   * what it asks for is proven by other means. Undefined where it may not.
   */
  unproven?(client: ClientRecord): ClientRecord | undefined;
}

/**
 * One way for a client to authenticate (RFC 6749 §2.3). Each lives in a file of its own and looks
 * only for what is its own.
 */
export interface ClientAuthenticationMechanism {
  /**
   * @returns what it found, or undefined when the request does not use this mechanism
   * @throws OAuthError when the request uses it wrongly
   */
  read(headers: Headers, parameters: Parameters): Presented | undefined;
}
