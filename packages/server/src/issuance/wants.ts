import type { Binding } from '../storage/ports/index.js';

/** The tokens of one response. */
export interface Wants {
  readonly accessToken: boolean;
  /** How long the access token is valid, in seconds, where that is not the setting of the deployment. */
  readonly accessTokenSeconds?: number | undefined;
  /** Issued where the deployment allows refresh tokens and the client is registered for them. */
  readonly refreshToken?: RefreshTokenWants | undefined;
  readonly idToken?: IdTokenWants | undefined;
}

export interface RefreshTokenWants {
  /** The token that it replaces; null for the first token of a grant. */
  readonly replaced: ReplacedRefreshToken | null;
}

/** What a refresh token takes over from the one it replaces. */
export interface ReplacedRefreshToken {
  /** The part of the text that both share. */
  readonly family: string;
  /**
   * It never changes: otherwise a thief who is first to use a bearer token could bind its successors, and the replay by
   * the client would end nothing.
   */
  readonly binding: Binding;
}

/** What an ID token says besides who signed in (OpenID Connect Core 1.0 §3.1.3.6, §3.3.2.11). */
export interface IdTokenWants {
  readonly nonce: string | null;
  /** Whether it holds the claims of the scopes (OpenID Connect Core 1.0 §5.4). */
  readonly withClaims: boolean;
  /** The code that is sent with it (`c_hash`). */
  readonly code?: string | undefined;
  /** The `state` that is sent with it (`s_hash`). */
  readonly state?: string | undefined;
}
