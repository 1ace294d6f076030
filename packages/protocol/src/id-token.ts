import { signatureAlgorithm } from './algorithms.js';
import { toBase64url } from './base64url.js';
import { type ClaimExpectations, claimsProblem } from './claims.js';
import type { JsonObject } from './json.js';
import type { VerifiedJwt } from './jwt.js';

/** What an ID token must agree with. */
export interface IdTokenExpectations extends Omit<ClaimExpectations, 'audiences'> {
  readonly clientId: string;
  /** The access token of the same response; undefined if it is not used. */
  readonly accessToken?: string | undefined;
  /** After an authorization request: its nonce, and its `max_age` in seconds. */
  readonly request?: { readonly nonce: string; readonly maxAge?: number | undefined } | undefined;
}

/**
 * Checks a verified ID token (OpenID Connect Core 1.0 §3.1.3.7).
 *
 * @returns what is wrong, as the end of a sentence about the token, or undefined
 */
export async function idTokenProblem(
  { header, claims }: VerifiedJwt,
  expected: IdTokenExpectations,
): Promise<string | undefined> {
  const problem =
    claimsProblem(claims, { ...expected, audiences: [expected.clientId] }) ??
    requiredClaimProblem(claims) ??
    partyProblem(claims, expected) ??
    requestProblem(claims, expected);
  if (problem !== undefined) return problem;
  const { accessToken } = expected;
  if (claims.at_hash === undefined || accessToken === undefined) return undefined;
  return claims.at_hash === (await hashOf(accessToken, header.alg))
    ? undefined
    : 'does not belong to the access token of the same response (at_hash)';
}

function requiredClaimProblem({ sub, iat }: JsonObject): string | undefined {
  // `claimsProblem` has checked the others. OpenID Connect Core 1.0 §2.
  const isComplete = typeof sub === 'string' && sub !== '' && typeof iat === 'number';
  return isComplete ? undefined : 'lacks a required claim (iss, sub, aud, exp, iat)';
}

function partyProblem({ azp, aud }: JsonObject, { clientId }: IdTokenExpectations): string | undefined {
  // OpenID Connect Core 1.0 §3.1.3.7 (4): azp is required with several audiences.
  if (azp === undefined && Array.isArray(aud) && aud.length > 1) return 'has several audiences and no azp';
  // OpenID Connect Core 1.0 §3.1.3.7 (5).
  return azp === undefined || azp === clientId ? undefined : 'is issued to another client (azp)';
}

function requestProblem(claims: JsonObject, expected: IdTokenExpectations): string | undefined {
  if (expected.request === undefined) return undefined;
  const { nonce, maxAge } = expected.request;
  // OpenID Connect Core 1.0 §3.1.3.7 (11).
  if (claims.nonce !== nonce) return 'belongs to another authorization request (nonce)';
  if (maxAge === undefined) return undefined;
  // OpenID Connect Core 1.0 §3.1.3.7 (13), §3.1.2.1: auth_time is required if max_age was sent.
  const { auth_time: authTime } = claims;
  if (typeof authTime !== 'number') return 'has no auth_time, which max_age requires';
  return expected.now - authTime > maxAge + expected.clockToleranceSeconds
    ? 'is of a sign-in before the time that max_age allows (auth_time)'
    : undefined;
}

/** OpenID Connect Core 1.0 §3.1.3.6: the left half of the hash, by the hash function of the signature. */
async function hashOf(accessToken: string, alg: unknown): Promise<string> {
  const hash = signatureAlgorithm(String(alg))?.hash ?? '';
  const digest = await crypto.subtle.digest(hash, new TextEncoder().encode(accessToken));
  return toBase64url(new Uint8Array(digest, 0, digest.byteLength / 2));
}
