import { createHash } from 'node:crypto';
import type { IssuanceDependencies, TokenSubject } from './issue.js';

/** What an ID token vouches for besides the person (OpenID Connect Core 1.0 §3.1.3.6, §3.3.2.11). */
export interface IdTokenBindings {
  readonly nonce: string | null;
  readonly accessToken?: string;
  readonly code?: string;
}

/** An ID token (OpenID Connect Core 1.0 §2), signed with the algorithm that the client registered. */
export async function issueIdToken(
  { issuer, keyring, clock, lifetimes }: IssuanceDependencies,
  { client, grant, account }: Pick<TokenSubject, 'client' | 'grant' | 'account'>,
  { nonce, accessToken, code }: IdTokenBindings,
): Promise<string> {
  const now = clock();
  return keyring.sign(client.idTokenAlgorithm, 'JWT', {
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
  });
}

/**
 * The left half of a SHA-256 in base64url, as `at_hash` and `c_hash` are made
 * (OpenID Connect Core 1.0 §3.1.3.6). SHA-256 fits both ES256 and RS256.
 */
export function leftHalfHash(text: string): string {
  return createHash('sha256').update(text, 'ascii').digest().subarray(0, 16).toString('base64url');
}
