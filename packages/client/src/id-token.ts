import {
  type IdTokenExpectations as CommonExpectations,
  type FindKey,
  idTokenProblem,
  verifyJwt,
} from '@grantor/protocol';
import { ClientError } from './errors.js';
import { type IdTokenClaims, isIdTokenClaims } from './tokens.js';

/** Asymmetric algorithms only: `none` and HMAC do not prove who signed (RFC 8725 §3.1). */
const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'];

/** What an ID token must agree with. */
export interface IdTokenExpectations extends CommonExpectations {
  /** After a refresh: the claims of the previous ID token. */
  readonly previous?: IdTokenClaims | undefined;
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
  const problem = await idTokenProblem(verified, expected);
  if (problem !== undefined) throw invalid(problem);
  const { claims } = verified;
  if (!isIdTokenClaims(claims)) throw invalid('lacks a required claim (iss, sub, aud, exp, iat)');
  const changed = refreshProblem(claims, expected);
  if (changed !== undefined) throw invalid(changed);
  return claims;
}

function invalid(problem: string): ClientError {
  return new ClientError('id_token_invalid', `The ID token ${problem}.`);
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
