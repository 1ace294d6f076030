import { ClientError } from './errors.js';
import type { JsonObject } from './json.js';

/** A successful token answer (RFC 6749 §5.1), checked. The ID token in it is not validated yet. */
export interface TokenAnswer {
  readonly accessToken: string;
  /** Lifetime of the access token in seconds. */
  readonly expiresIn: number | undefined;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
  readonly scope: string | undefined;
}

/**
 * Reads a token answer. Optional members may be null, and `expires_in` may be digits in a string, as several
 * servers send them.
 * @throws ClientError `invalid_response`, naming the member
 */
export function readTokenAnswer(
  json: JsonObject | undefined,
  options: { allowMissingTokenType: boolean },
): TokenAnswer {
  if (json === undefined) throw invalid('is not a JSON object');
  const accessToken = readText(json, 'access_token');
  if (accessToken === undefined) throw invalid('has no "access_token"');
  checkTokenType(json, options.allowMissingTokenType);
  return {
    accessToken,
    expiresIn: readExpiresIn(json.expires_in),
    refreshToken: readText(json, 'refresh_token'),
    idToken: readText(json, 'id_token'),
    scope: json.scope === '' ? '' : readText(json, 'scope'),
  };
}

function invalid(what: string): ClientError {
  return new ClientError('invalid_response', `The answer of the token endpoint ${what}.`);
}

function readText(json: JsonObject, name: string): string | undefined {
  const value = json[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value === '')
    throw invalid(`has a "${name}" that is not a non-empty string`);
  return value;
}

function checkTokenType(json: JsonObject, allowMissing: boolean): void {
  const type = readText(json, 'token_type');
  if (type === undefined) {
    if (allowMissing) return;
    throw invalid(
      'has no "token_type"; if the server cannot be mended, set the option "allowMissingTokenType"',
    );
  }
  // RFC 6749 §5.1: case insensitive; §7.1: a token of a type one does not understand is not used.
  if (type.toLowerCase() !== 'bearer') throw invalid('has a "token_type" other than "Bearer"');
}

function readExpiresIn(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const seconds = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) {
    throw invalid('has an "expires_in" that is not a number of seconds');
  }
  return Math.floor(seconds);
}
