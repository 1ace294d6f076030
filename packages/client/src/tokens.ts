import { isJsonObject, isStringArray, type JsonObject, parseJson } from '@grantor/protocol';
import { ClientError } from './errors.js';
import { readSeconds } from './token-response.js';

/** The claims of a validated ID token (OpenID Connect Core 1.0 §2). */
export interface IdTokenClaims {
  iss: string;
  sub: string;
  aud: string | string[];
  /** Seconds since the epoch. */
  exp: number;
  /** Seconds since the epoch. */
  iat: number;
  [claim: string]: unknown;
}

/** The tokens of one user. Plain and JSON-safe: strings, numbers and objects only. */
export interface TokenSet {
  accessToken: string;
  tokenType: 'Bearer';
  /** When the access token expires, in seconds since the epoch; absent if the server did not send a lifetime. */
  expiresAt?: number;
  refreshToken?: string;
  /** The ID token as received. Its validated claims are in `claims`. */
  idToken?: string;
  claims?: IdTokenClaims;
  /** The granted scopes, separated by spaces. */
  scope?: string;
}

/**
 * Turns tokens into text to store. Encrypt it if others can read the store: it gives access to the user's account.
 *
 * @throws ClientError `invalid_tokens`
 * @example
 * await database.saveTokens(userId, encrypt(serializeTokens(tokens)));
 */
export function serializeTokens(tokens: TokenSet): string {
  return JSON.stringify(parseTokens(tokens));
}

/**
 * Restores tokens from the text of {@link serializeTokens}, or from a value that is parsed already. Optional members that
 * are null are left out, and an `expiresAt` of digits becomes a number, since some stores change them so.
 *
 * It also reads a token response as the server sent it (RFC 6749 §5.1), for example one that another library stored. The ID
 * token is left out, since it was not validated here; the next refresh brings one.
 *
 * @param options.receivedAt when a token response was received, in seconds since the epoch; `expires_in` counts from then.
 *   Without it, and without an `expires_at`, the tokens have no `expiresAt`
 * @throws ClientError `invalid_tokens`, naming the wrong member and never its value
 * @example
 * const tokens = parseTokens(decrypt(await database.loadTokens(userId)));
 */
export function parseTokens(stored: unknown, options: { receivedAt?: number | undefined } = {}): TokenSet {
  const parsed = typeof stored === 'string' ? parseJson(stored) : stored;
  if (!isJsonObject(parsed)) {
    throw invalid(
      'The stored tokens are not a JSON object. Pass what serializeTokens returned, or a token response.',
    );
  }
  const isResponse = parsed.accessToken === undefined && parsed.access_token !== undefined;
  const value = isResponse ? fromTokenResponse(parsed, options.receivedAt) : parsed;
  if (typeof value.accessToken !== 'string' || value.accessToken === '') {
    throw invalid('The stored tokens have no "accessToken". Connect the user again.');
  }
  if (typeof value.tokenType !== 'string' || value.tokenType.toLowerCase() !== 'bearer') {
    throw invalid('The "tokenType" of the stored tokens is not "Bearer".');
  }
  const tokens: TokenSet = { accessToken: value.accessToken, tokenType: 'Bearer' };
  const expiresAt = readNumber(value.expiresAt, 'expiresAt', 'a number of seconds since the epoch');
  if (expiresAt !== undefined) tokens.expiresAt = expiresAt;
  for (const name of ['refreshToken', 'idToken', 'scope'] as const) {
    const text = readText(value, name);
    if (text !== undefined) tokens[name] = text;
  }
  const claims = readClaims(value.claims);
  if (claims !== undefined) tokens.claims = claims;
  // Without its claims the user of an ID token is unknown, and a refresh could not detect another user.
  if ((tokens.idToken === undefined) !== (claims === undefined)) {
    throw invalid('The stored tokens must hold "idToken" and "claims" together, or neither.');
  }
  return tokens;
}

function invalid(message: string): ClientError {
  return new ClientError('invalid_tokens', message);
}

/** The members of a token response (RFC 6749 §5.1) under the names of a {@link TokenSet}, not checked yet. */
function fromTokenResponse(response: JsonObject, receivedAt: number | undefined): JsonObject {
  const lifetime = readNumber(response.expires_in, 'expires_in', 'a number of seconds');
  const counted = lifetime === undefined || receivedAt === undefined ? undefined : receivedAt + lifetime;
  return {
    accessToken: response.access_token,
    tokenType: response.token_type,
    // Not defined by the RFC: many libraries add it to a response that they store.
    expiresAt: response.expires_at ?? counted,
    refreshToken: response.refresh_token,
    scope: response.scope,
  };
}

function readNumber(value: unknown, name: string, what: string): number | undefined {
  const seconds = readSeconds(value);
  if (seconds === 'invalid') throw invalid(`The "${name}" of the stored tokens is not ${what}.`);
  return seconds;
}

function readText(value: JsonObject, name: string): string | undefined {
  const text = value[name];
  if (text === undefined || text === null) return undefined;
  if (typeof text !== 'string' || (text === '' && name !== 'scope')) {
    throw invalid(`The "${name}" of the stored tokens is not a non-empty string.`);
  }
  return text;
}

function readClaims(value: unknown): IdTokenClaims | undefined {
  if (value === undefined || value === null) return undefined;
  if (isJsonObject(value) && isIdTokenClaims(value)) return value;
  throw invalid('The "claims" of the stored tokens are not the claims of an ID token.');
}

/** Whether an object has the claims that every ID token has, in their types (OpenID Connect Core 1.0 §2). */
export function isIdTokenClaims(value: JsonObject): value is IdTokenClaims {
  const { aud } = value;
  return (
    typeof value.iss === 'string' &&
    typeof value.sub === 'string' &&
    value.sub !== '' &&
    (typeof aud === 'string' || isStringArray(aud)) &&
    typeof value.exp === 'number' &&
    typeof value.iat === 'number'
  );
}
