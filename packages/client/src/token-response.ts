import type { JsonObject } from '@grantor/protocol';
import { ClientError } from './errors.js';

/** A successful token response (RFC 6749 §5.1), checked. Its ID token is not validated yet. */
export interface TokenResponse {
  readonly accessToken: string;
  /** Lifetime of the access token in seconds. */
  readonly expiresIn: number | undefined;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
  readonly scope: string | undefined;
}

/**
 * Reads a token response. Optional members may be null, and `expires_in` may be digits in a string, as some servers send
 * them.
 *
 * @throws ClientError `invalid_response`, naming the member
 */
export function readTokenResponse(
  json: JsonObject | undefined,
  options: { readonly allowMissingTokenType: boolean },
): TokenResponse {
  if (json === undefined) throw invalid('is not a JSON object');
  const accessToken = readText(json, 'access_token');
  if (accessToken === undefined) throw invalid('has no "access_token"');
  checkTokenType(json, options.allowMissingTokenType);
  const expiresIn = readSeconds(json.expires_in);
  if (expiresIn === 'invalid' || Number(expiresIn) < 0) {
    throw invalid('has an "expires_in" that is not a number of seconds');
  }
  return {
    accessToken,
    expiresIn,
    refreshToken: readText(json, 'refresh_token'),
    idToken: readText(json, 'id_token'),
    scope: json.scope === '' ? '' : readText(json, 'scope'),
  };
}

/**
 * Reads a number of seconds, which may be digits in a string.
 *
 * @returns undefined for a missing value or null, `invalid` for anything else that is not a number
 */
export function readSeconds(value: unknown): number | undefined | 'invalid' {
  if (value === undefined || value === null) return undefined;
  const seconds = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? Math.floor(seconds) : 'invalid';
}

function invalid(what: string): ClientError {
  return new ClientError('invalid_response', `The response of the token endpoint ${what}.`);
}

function readText(json: JsonObject, name: string): string | undefined {
  const value = json[name] ?? undefined;
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw invalid(`has a "${name}" that is not a non-empty string`);
}

function checkTokenType(json: JsonObject, allowMissing: boolean): void {
  const type = readText(json, 'token_type');
  if (type === undefined) {
    if (allowMissing) return;
    throw invalid(
      'has no "token_type". If the server cannot be changed, set the option "allowMissingTokenType"',
    );
  }
  // RFC 6749 §5.1: the comparison ignores case. §7.1: a token of an unknown type must not be used.
  if (type.toLowerCase() !== 'bearer') throw invalid('has a "token_type" other than "Bearer"');
}
