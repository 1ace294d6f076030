import { createHash } from 'node:crypto';
import { claimsFor } from '../accounts/claims.js';
import type { IssuanceDependencies, TokenSubject } from './issue.js';

/** What an ID token vouches for besides the person (OpenID Connect Core 1.0 §3.1.3.6, §3.3.2.11). */
export interface IdTokenBindings {
  readonly nonce: string | null;
  readonly accessToken?: string;
  readonly code?: string;
  readonly state?: string;
  /** Whether it carries the claims of the scopes itself (OpenID Connect Core 1.0 §5.4). */
  readonly withClaims?: boolean;
}

/** An ID token (OpenID Connect Core 1.0 §2), signed with the algorithm that the client registered. */
export async function issueIdToken(
  { issuer, keyring, clock, lifetimes }: IssuanceDependencies,
  { client, grant, account, scopes }: TokenSubject,
  { nonce, accessToken, code, state, withClaims }: IdTokenBindings,
): Promise<string> {
  const now = clock();
  return keyring.sign(client.idTokenAlgorithm, 'JWT', {
    ...(withClaims === true ? claimsFor(account, scopes) : {}),
    iss: issuer,
    sub: account.id,
    aud: client.id,
    iat: now,
    exp: now + lifetimes.idTokenSeconds,
    auth_time: grant.authTime,
    sid: grant.sessionId,
    nonce: nonce ?? undefined,
    at_hash: accessToken === undefined ? undefined : leftHalfHash(accessToken),
    c_hash: code === undefined ? undefined : leftHalfHash(code),
    s_hash: state === undefined ? undefined : leftHalfHash(state),
  });
}

/**
 * The left half of a SHA-256 in base64url, as `at_hash` and `c_hash` are made
 * (OpenID Connect Core 1.0 §3.1.3.6). SHA-256 fits both ES256 and RS256.
 */
export function leftHalfHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest().subarray(0, 16).toString('base64url');
}
