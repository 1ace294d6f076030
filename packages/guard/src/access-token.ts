import { audiencesOf, type ClaimExpectations, claimsProblem } from '@grantor/protocol';
import { grantedScopes } from './scopes.js';

/** A checked access token. */
export interface AccessToken {
  /** `sub`: the account, or the client itself for a token without a user. */
  readonly subject: string;
  /** `client_id`: the client that makes the call. */
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** `jti`: identifies the token in logs without revealing it. */
  readonly tokenId?: string;
  /** Every claim, as signed. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Reads the claims of an access token whose signature was verified (RFC 9068 §2.2, §4).
 *
 * @returns the token, or what is wrong with it as the end of a sentence about the token
 */
export function readAccessToken(
  claims: Readonly<Record<string, unknown>>,
  expected: ClaimExpectations,
): AccessToken | string {
  const problem = claimsProblem(claims, expected);
  if (problem !== undefined) return problem;
  const { exp, sub, client_id: clientId, jti } = claims;
  if (!isText(sub)) return 'has no valid sub';
  if (!isText(clientId)) return 'has no valid client_id';
  if (jti !== undefined && !isText(jti)) return 'has no valid jti';
  const scopes = grantedScopes(claims.scope);
  if (scopes === undefined) return 'has no valid scope';
  // RFC 9449 §7.1, RFC 8705 §3: a token that is bound to a key needs a proof of that key, which a Bearer header cannot
  // carry.
  if (claims.cnf !== undefined) return 'is bound to a key (cnf) and cannot be sent as Bearer';
  return {
    subject: sub,
    clientId,
    scopes,
    audience: audiencesOf(claims) ?? [],
    expiresAt: Math.floor(Number(exp)),
    ...(jti === undefined ? {} : { tokenId: jti }),
    claims,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
