import type { AccountRecord } from './accounts.port.js';

/** What is requested of one claim (OpenID Connect Core 1.0 §5.5.1). */
export interface ClaimRequest {
  readonly essential?: boolean;
  readonly value?: unknown;
  readonly values?: readonly unknown[];
}

/** The `claims` parameter (OpenID Connect Core 1.0 §5.5): null requests a claim in the ordinary way. */
export interface ClaimsRequest {
  readonly userinfo?: Readonly<Record<string, ClaimRequest | null>>;
  readonly id_token?: Readonly<Record<string, ClaimRequest | null>>;
}

/** What a grant allows at one resource. */
export interface ResourceAccess {
  /** As the deployment writes it. */
  readonly resource: string;
  /** Without the identity scopes, which belong to no resource. */
  readonly scopes: readonly string[];
}

/** What else was requested and granted. */
export interface GrantDetails {
  readonly claims?: ClaimsRequest;
  /** The resources that tokens may be requested for (RFC 8707 §2), with the scopes that are allowed at each. */
  readonly access?: readonly ResourceAccess[];
  /** When consent to a scope expires, in seconds since the epoch; without scopes that are allowed until that is revoked. */
  readonly consentEnds?: Readonly<Record<string, number>>;
  /** The same in grants from before `access`: all scopes at each of these resources, or at the audience. */
  readonly resources?: readonly string[];
}

/** How and when a user signed in. The session keeps it, and tokens repeat it (OpenID Connect Core 1.0 §2, RFC 9068 §2.2.1). */
export interface Authentication {
  /** When the user signed in, in seconds since the epoch (`auth_time`). */
  readonly authTime: number;
  /** The authentication context that was reached (`acr`). */
  readonly acr: string;
  /** The authentication methods that reached it (`amr`, RFC 8176 §2). */
  readonly amr: readonly string[];
}

/** A sign-in that a grant comes from. */
export interface SignInOfGrant extends Authentication {
  /** The `sid` of the session. */
  readonly sessionId: string;
}

/** A signed-in user allowed the client access. The grant requires the session at the time of its creation. */
export interface SessionOrigin extends SignInOfGrant {
  readonly kind: 'session';
}

/** A developer requested a token for their own account. A newer one for the same client replaces it. */
export interface DeveloperOrigin {
  readonly kind: 'developer';
  /** The version of the client credentials that authenticated the request. */
  readonly credentialsVersion: number;
}

/** What a grant comes from. It decides what must still hold when the grant is written, and what its tokens say. */
export type GrantOrigin = SessionOrigin | DeveloperOrigin;

/**
 * One authorization of a client to act for a user. Everything issued from it belongs to it, so that revoking the grant
 * revokes all of it in one write.
 */
export interface GrantRecord {
  readonly id: string;
  readonly origin: GrantOrigin;
  readonly clientId: string;
  readonly accountId: string;
  readonly scopes: readonly string[];
  /** The `aud` of its access tokens where no resource was requested. */
  readonly audience: string;
  readonly details: GrantDetails;
  readonly createdAt: number;
  /**
   * When the code or token that the grant was created with expires, in seconds since the epoch. Tokens that are issued
   * later may live longer: the purge then moves this time, so that issuing them costs no write to the grant.
   */
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

/** The validity of a token depends on its grant and on the account; they are always read together. */
export interface GrantWithAccount {
  readonly grant: GrantRecord;
  readonly account: AccountRecord;
}
