import { claimsProblem, type FindKey, signatureAlgorithm, toBase64url, verifyJwt } from '@grantor/protocol';
import { ClientError } from './errors.js';
import { type IdTokenClaims, isIdTokenClaims } from './tokens.js';

/** Asymmetric algorithms only: `none` and HMAC do not prove who signed (RFC 8725 §3.1). */
const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'];

/** What an ID token must agree with. */
export interface IdTokenExpectations {
  readonly issuer: string;
  readonly clientId: string;
  /** The access token of the same response. */
  readonly accessToken: string;
  /** After an authorization request: its nonce, and its `max_age` in seconds. */
  readonly request?: { readonly nonce: string; readonly maxAge?: number };
  /** After a refresh: the claims of the previous ID token. */
  readonly previous?: IdTokenClaims | undefined;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly clockToleranceSeconds: number;
}

/**
 * Validates an ID token (OpenID Connect Core 1.0 §3.1.3.7; after a refresh §12.2).
 *
 * @returns its claims
 * @throws ClientError `id_token_invalid` with the failed check, and without claims of the token
 */
export async function validateIdToken(
  idToken: string,
  findKey: FindKey,
  expected: IdTokenExpectations,
): Promise<IdTokenClaims> {
  const verified = await verifyJwt(idToken, { algorithms: ALGORITHMS, findKey });
  if (typeof verified === 'string') throw invalid(verified);
  const { header, claims } = verified;
  const problem = claimsProblem(claims, { ...expected, audiences: [expected.clientId] });
  if (problem !== undefined) throw invalid(problem);
  if (!isIdTokenClaims(claims)) throw invalid('lacks a required claim (iss, sub, aud, exp, iat)');
  const wrong =
    partyProblem(claims, expected) ?? requestProblem(claims, expected) ?? refreshProblem(claims, expected);
  if (wrong !== undefined) throw invalid(wrong);
  if (claims.at_hash !== undefined && claims.at_hash !== (await hashOf(expected.accessToken, header.alg))) {
    throw invalid('does not belong to the access token of the same response (at_hash)');
  }
  return claims;
}

function invalid(problem: string): ClientError {
  return new ClientError('id_token_invalid', `The ID token ${problem}.`);
}

function partyProblem({ azp, aud }: IdTokenClaims, { clientId }: IdTokenExpectations): string | undefined {
  // OpenID Connect Core 1.0 §3.1.3.7 (4): azp is required with several audiences.
  if (azp === undefined && Array.isArray(aud) && aud.length > 1) return 'has several audiences and no azp';
  // OpenID Connect Core 1.0 §3.1.3.7 (5).
  return azp === undefined || azp === clientId ? undefined : 'is issued to another client (azp)';
}

function requestProblem(claims: IdTokenClaims, expected: IdTokenExpectations): string | undefined {
  if (expected.request === undefined) return undefined;
  const { nonce, maxAge } = expected.request;
  // OpenID Connect Core 1.0 §3.1.3.7 (11).
  if (claims.nonce !== nonce) return 'belongs to another authorization request (nonce)';
  if (maxAge === undefined) return undefined;
  // OpenID Connect Core 1.0 §3.1.3.7 (13), §3.1.2.1: auth_time is required if max_age was sent.
  const { auth_time: authTime } = claims;
  if (typeof authTime !== 'number') return 'has no auth_time, which maxAge requires';
  return expected.now - authTime > maxAge + expected.clockToleranceSeconds
    ? 'is of a sign-in before the time that maxAge allows (auth_time)'
    : undefined;
}

/** OpenID Connect Core 1.0 §12.2: the same user and issuer; nonce and auth_time, if present, as at sign-in. */
function refreshProblem(claims: IdTokenClaims, { previous }: IdTokenExpectations): string | undefined {
  if (previous === undefined) return undefined;
  if (claims.iss !== previous.iss) return 'of the refresh is from another issuer (iss)';
  if (claims.sub !== previous.sub) return 'of the refresh is for another user (sub)';
  const changed = ['nonce', 'auth_time'].find(
    (name) => claims[name] !== undefined && previous[name] !== undefined && claims[name] !== previous[name],
  );
  return changed === undefined ? undefined : `of the refresh has another ${changed} than the first one`;
}

/** OpenID Connect Core 1.0 §3.1.3.6: the left half of the hash, by the hash function of the signature. */
async function hashOf(accessToken: string, alg: unknown): Promise<string> {
  const hash = signatureAlgorithm(String(alg))?.hash ?? '';
  const digest = await crypto.subtle.digest(hash, new TextEncoder().encode(accessToken));
  return toBase64url(new Uint8Array(digest, 0, digest.byteLength / 2));
}
