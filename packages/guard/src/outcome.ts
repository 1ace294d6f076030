import type { AccessToken } from './access-token.js';

/** The call may go on, on behalf of `token.subject`. */
export interface Accepted {
  readonly ok: true;
  readonly token: AccessToken;
}

/** The call is refused: answer with this status and these headers. Nothing in here is secret. */
export interface Refused {
  readonly ok: false;
  /**
   * 400: the credentials cannot be read. 401: no token, or not one for this API. 403: the token lacks a
   * scope. 503: the authorization server's keys cannot be had right now.
   */
  readonly status: 400 | 401 | 403 | 503;
  /** RFC 6750 §3.1; absent when no token was sent, and with 503. */
  readonly error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope';
  /** One sentence for the developer of the calling app. */
  readonly description: string;
  /** `www-authenticate` with 400, 401 and 403; `retry-after` with 503. Names are lower-case. */
  readonly headers: Readonly<Record<string, string>>;
}

export type Outcome = Accepted | Refused;

/** What looking at a token alone can tell. `invalid` is the token's fault, `unavailable` is not. */
export type Verification =
  | Accepted
  | { readonly ok: false; readonly reason: 'invalid' | 'unavailable'; readonly description: string };
