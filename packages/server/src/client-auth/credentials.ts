import type { Parameters } from '@grantor/protocol';

/** What one client authentication method found in a request, before anything is proven. */
export interface ClientCredentials {
  readonly clientId: string;
  /** The secret; undefined where the client only names itself. */
  readonly secret: string | undefined;
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
  read(headers: Headers, parameters: Parameters): ClientCredentials | undefined;
}
