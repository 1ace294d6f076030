import type { Binding } from './binding.js';

/** An authorization code, identified by its hash. */
export interface CodeRecord {
  readonly hash: string;
  readonly grantId: string;
  /** The redirect URI that it was sent to. */
  readonly redirectUri: string;
  /** Whether the request named the URI, in which case the token request must repeat it (RFC 6749 §4.1.3). */
  readonly redirectUriSent: boolean;
  /** The S256 challenge (RFC 7636 §4.3). */
  readonly codeChallenge: string | null;
  readonly nonce: string | null;
  readonly expiresAt: number;
  readonly spentAt: number | null;
}

/**
 * What storage identifies a refresh token by. The tokens of one grant are a family: they begin with the same random
 * part, so that one row tells the current token from all that were spent.
 */
export interface RefreshTokenName {
  /** The hash of the part that it shares with its family. */
  readonly familyHash: string;
  /** The hash of the whole token. */
  readonly hash: string;
}

export interface NewRefreshToken extends RefreshTokenName {
  readonly createdAt: number;
  readonly expiresAt: number;
  /** What the request that redeems it must prove to have. Refresh tokens of confidential clients have `none`. */
  readonly binding: Binding;
}

/** A refresh token that was used. */
export interface SpentRefreshToken {
  readonly state: 'spent';
  /** The binding of its family's current token. */
  readonly binding: Binding;
  /**
   * When it was spent, and the response to its use, sealed so that only the token opens it. Null once the response was
   * deleted or a later token of its family was used.
   */
  readonly retry: { readonly spentAt: number; readonly sealedResponse: string } | null;
}

export type RefreshTokenState =
  | ({ readonly state: 'current' } & Pick<NewRefreshToken, 'binding' | 'createdAt' | 'expiresAt'>)
  | SpentRefreshToken;

/** An access token that only Grantor can read. JWT access tokens are not kept. */
export interface OpaqueAccessTokenRecord {
  readonly hash: string;
  readonly scopes: readonly string[];
  /** Its `aud`. */
  readonly audience: readonly string[];
  /** What its sender must prove to have. */
  readonly binding: Binding;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** The tokens of one response that storage must keep. */
export interface NewTokens {
  readonly accessToken: OpaqueAccessTokenRecord | null;
  readonly refreshToken: NewRefreshToken | null;
}

/** New tokens of a grant, written in the same unit that spends what they were issued for. */
export interface GrantTokens extends NewTokens {
  readonly grantId: string;
}
