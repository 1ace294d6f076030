import { base64url, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { ClientError } from './errors.js';
import { type IdTokenClaims, isIdTokenClaims } from './tokens.js';

/** Asymmetric algorithms only: `none` and the HMACs must never vouch for a user (RFC 8725 §3.1). */
const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'];

/** What an ID token must agree with. */
export interface IdTokenExpectations {
  readonly issuer: string;
  readonly clientId: string;
  /** The access token that came with it. */
  readonly accessToken: string;
  /** After an authorization request: its nonce, and its `max_age` in seconds. */
  readonly request?: { readonly nonce: string; readonly maxAge?: number };
  /** After a refresh: the claims of the earlier ID token. */
  readonly previous?: IdTokenClaims | undefined;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly clockToleranceSeconds: number;
}

/**
 * Validates an ID token (OIDC Core §3.1.3.7; after a refresh §12.2).
 * @param keys finds the issuer's key for a token
 * @returns its claims
 * @throws ClientError `id_token_invalid`, saying which check failed and never what the token says
 */
export async function validateIdToken(
  idToken: string,
  keys: JWTVerifyGetKey,
  expected: IdTokenExpectations,
): Promise<IdTokenClaims> {
  const { payload, algorithm } = await verify(idToken, keys, expected);
  if (!isIdTokenClaims(payload))
    throw invalid('lacks a claim that every ID token has, or has it in a wrong type');
  checkAuthorizedParty(payload, expected.clientId);
  // OIDC Core §3.1.3.7 (10): a time of issue ahead of every clock is no time of issue.
  if (payload.iat > expected.now + expected.clockToleranceSeconds)
    throw invalid('is issued in the future (iat)');
  if (expected.request !== undefined) checkRequest(payload, expected.request, expected);
  if (expected.previous !== undefined) checkPrevious(payload, expected.previous);
  await checkAccessTokenHash(payload, algorithm, expected.accessToken);
  return payload;
}

function invalid(what: string): ClientError {
  return new ClientError('id_token_invalid', `The ID token ${what}.`);
}

interface Verified {
  payload: Record<string, unknown>;
  algorithm: string;
}

async function verify(
  idToken: string,
  keys: JWTVerifyGetKey,
  expected: IdTokenExpectations,
): Promise<Verified> {
  try {
    const { payload, protectedHeader } = await jwtVerify(idToken, keys, {
      algorithms: ALGORITHMS,
      issuer: expected.issuer,
      audience: expected.clientId,
      currentDate: new Date(expected.now * 1000),
      clockTolerance: expected.clockToleranceSeconds,
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    return { payload, algorithm: protectedHeader.alg };
  } catch (error) {
    if (error instanceof ClientError || !(error instanceof errors.JOSEError)) throw error;
    // Without the cause, which holds the whole payload: claims about a person stay out of logs.
    throw invalid(`is not valid: ${error.message}`);
  }
}

function checkAuthorizedParty(claims: IdTokenClaims, clientId: string): void {
  // OIDC Core §3.1.3.7 (4): with several audiences, azp must be there.
  if (claims.azp === undefined && Array.isArray(claims.aud) && claims.aud.length > 1) {
    throw invalid('is for several audiences and names no authorized party (azp)');
  }
  // OIDC Core §3.1.3.7 (5).
  if (claims.azp !== undefined && claims.azp !== clientId) throw invalid('is issued to another client (azp)');
}

function checkRequest(
  claims: IdTokenClaims,
  request: { readonly nonce: string; readonly maxAge?: number },
  clock: { readonly now: number; readonly clockToleranceSeconds: number },
): void {
  // OIDC Core §3.1.3.7 (11).
  if (claims.nonce !== request.nonce) throw invalid('does not belong to this sign-in (nonce)');
  if (request.maxAge === undefined) return;
  // OIDC Core §3.1.3.7 (13), §3.1.2.1: auth_time is required once max_age was asked for.
  if (typeof claims.auth_time !== 'number') throw invalid('has no auth_time, though maxAge was asked for');
  if (clock.now - claims.auth_time > request.maxAge + clock.clockToleranceSeconds) {
    throw invalid('is of a sign-in longer ago than maxAge allows (auth_time)');
  }
}

/** OIDC Core §12.2: the same user by the same issuer; nonce and auth_time, where given again, as at sign-in. */
function checkPrevious(claims: IdTokenClaims, previous: IdTokenClaims): void {
  if (claims.iss !== previous.iss) throw invalid('of the refresh is from another issuer (iss)');
  if (claims.sub !== previous.sub) throw invalid('of the refresh is for another user (sub)');
  for (const name of ['nonce', 'auth_time']) {
    if (claims[name] !== undefined && previous[name] !== undefined && claims[name] !== previous[name]) {
      throw invalid(`of the refresh has another ${name} than the first one`);
    }
  }
}

async function checkAccessTokenHash(
  claims: IdTokenClaims,
  algorithm: string,
  accessToken: string,
): Promise<void> {
  if (claims.at_hash === undefined) return;
  // OIDC Core §3.1.3.6: left half of the hash that the signature algorithm uses; Ed25519 uses SHA-512.
  const hash = algorithm === 'EdDSA' ? 'SHA-512' : 'SHA-256';
  const digest = new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(accessToken)));
  if (claims.at_hash !== base64url.encode(digest.subarray(0, digest.length / 2))) {
    throw invalid('does not belong to the access token beside it (at_hash)');
  }
}
