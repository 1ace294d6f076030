import type { ProtocolRequest } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';

/** The credential that one client authentication method found in a request. */
export interface PresentedClient {
  /** The client that the request names. It is not authenticated yet. */
  readonly clientId: string;
  /** Whether the request has a secret or an assertion; false where it only names the client. */
  readonly isCredential: boolean;
  /**
   * Whether the credential authenticates the client.
   *
   * @param client undefined if no client has the ID. A comparison of secrets must then take as long
   */
  prove(client: ClientRecord | undefined): boolean | Promise<boolean>;
  /**
   * The client as which a token request may continue without proof, because the grant proves it by other means.
   *
   * @returns undefined if the request must not continue
   */
  unproven?(client: ClientRecord): ClientRecord | undefined;
}

/** One client authentication method (RFC 6749 §2.3). Each has a file of its own and reads only its own credentials. */
export interface ClientAuthenticator {
  /**
   * @returns undefined if the request does not use this method
   * @throws OAuthError if the request uses it wrongly
   */
  read(request: ProtocolRequest): PresentedClient | undefined;
}
