import { grantedScopes, isStringList } from './scopes.js';

/** What a checked access token says. */
export interface AccessToken {
  /** Who it speaks for: the account, or the app itself where no account is involved. */
  readonly subject: string;
  /** The app that makes the call. */
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  /** Whole seconds since the epoch. */
  readonly expiresAt: number;
  /** `jti`: names this token in logs without giving it away. */
  readonly tokenId?: string;
  /** Every claim, as signed. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What this API expects of a token. */
export interface Expectations {
  readonly issuer: string;
  /** The names this API goes by; a token for any one of them is for it. */
  readonly audiences: readonly string[];
  readonly clockToleranceSeconds: number;
}

/**
 * Reads and judges the claims of a token whose signature is good (RFC 9068 §2.2, §4).
 *
 * @param now whole seconds since the epoch
 * @returns the token, or a sentence that says what is wrong with it
 */
export function readAccessToken(
  claims: Readonly<Record<string, unknown>>,
  expected: Expectations,
  now: number,
): AccessToken | string {
  const { iss, aud, exp, nbf, iat, sub, client_id: clientId, jti } = claims;
  const tolerance = expected.clockToleranceSeconds;

  // RFC 9068 §4: the issuer is compared as an exact string.
  if (iss !== expected.issuer) return 'The access token is from another issuer';

  const audience = typeof aud === 'string' ? [aud] : aud;
  if (!isStringList(audience) || !audience.some((name) => expected.audiences.includes(name))) {
    return 'The access token is for another API: none of its aud is this one';
  }

  // RFC 7519 §4.1.4 to §4.1.6
  if (!isNumericDate(exp)) return 'The access token has no usable exp';
  if (exp + tolerance <= now) return 'The access token has expired';
  if (nbf !== undefined && !isNumericDate(nbf)) return 'The access token has no usable nbf';
  if (nbf !== undefined && nbf - tolerance > now) return 'The access token is not valid yet';
  if (iat !== undefined && !isNumericDate(iat)) return 'The access token has no usable iat';
  if (iat !== undefined && iat - tolerance > now) return 'The access token was issued in the future';

  if (!isText(sub)) return 'The access token has no usable sub';
  if (!isText(clientId)) return 'The access token has no usable client_id';
  if (jti !== undefined && !isText(jti)) return 'The access token has no usable jti';
  const scopes = grantedScopes(claims.scope);
  if (scopes === undefined) return 'The access token has no usable scope';

  // RFC 9449 §7.1, RFC 8705 §3: a token bound to a key is worth nothing without the proof of that key, and
  // a Bearer header has no room for one.
  if (claims.cnf !== undefined) return 'The access token is bound to a key, and cannot be sent as Bearer';

  return {
    subject: sub,
    clientId,
    scopes,
    audience,
    expiresAt: Math.floor(exp),
    ...(jti === undefined ? {} : { tokenId: jti }),
    claims,
  };
}

function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
