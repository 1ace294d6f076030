import type { AccessToken } from './access-token.js';

/** The call is allowed, on behalf of `token.subject`. */
export interface Accepted {
  readonly ok: true;
  readonly token: AccessToken;
}

/** The call is refused: respond with this status and these headers. Nothing in it is secret. */
export interface Refused {
  readonly ok: false;
  /**
   * 400: the credentials are malformed. 401: no token, or an invalid one. 403: the token lacks a scope. 503: the
   * authorization server's keys cannot be fetched.
   */
  readonly status: 400 | 401 | 403 | 503;
  /** RFC 6750 §3.1; absent if no token was sent, and with 503. */
  readonly error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope';
  /** One sentence for the developer of the calling app. */
  readonly description: string;
  /** `www-authenticate` with 400, 401 and 403; `retry-after` with 503. Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The result of `check`. */
export type Outcome = Accepted | Refused;

/** The result of `verify`. `invalid`: the token is wrong. `unavailable`: the issuer's keys cannot be fetched. */
export type Verification =
  | Accepted
  | { readonly ok: false; readonly reason: 'invalid' | 'unavailable'; readonly description: string };
