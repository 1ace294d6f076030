import { ClientError } from './errors.js';
import { isJsonObject, type JsonObject, parseJson } from './json.js';

/** The claims of a validated ID token (OIDC Core §2). */
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

/** What an app keeps for a user. Plain and JSON-safe: strings, numbers and objects only. */
export interface TokenSet {
  accessToken: string;
  tokenType: 'Bearer';
  /** When the access token ends, in seconds since the epoch; absent where the server does not say. */
  expiresAt?: number;
  refreshToken?: string;
  /** The ID token as it came; its validated claims are in `claims`. */
  idToken?: string;
  claims?: IdTokenClaims;
  /** The granted scopes, separated by spaces. */
  scope?: string;
}

/** Turns tokens into a text to store. Encrypt it where others can read the store: it opens the user's account. */
export function serializeTokens(tokens: TokenSet): string {
  return JSON.stringify(parseTokens(tokens));
}

/**
 * Restores tokens, from the text of {@link serializeTokens} or from a value that was parsed already. Optional
 * members that are null are left out, and an `expiresAt` of digits becomes a number, as stores do change these.
 *
 * It also reads a token response as the server sent it (RFC 6749 §5.1), such as another library stored it. Its ID token is
 * left out, since it was not validated here; the next refresh brings one.
 * @param options.receivedAt when a token response was received, in seconds since the epoch; `expires_in` counts from then.
 *   Without it, and without an `expires_at`, the tokens have no `expiresAt`
 * @throws ClientError `invalid_tokens`, naming the member that is wrong and never its value
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
  const expiresAt = readExpiresAt(value.expiresAt);
  if (expiresAt !== undefined) tokens.expiresAt = expiresAt;
  for (const name of ['refreshToken', 'idToken', 'scope'] as const) {
    const text = readText(value, name);
    if (text !== undefined) tokens[name] = text;
  }
  const claims = readClaims(value.claims);
  if (claims !== undefined) tokens.claims = claims;
  // Without its claims the user of an ID token is unknown, and a refresh could not tell when the user changes.
  if ((tokens.idToken === undefined) !== (claims === undefined)) {
    throw invalid('The stored tokens must hold "idToken" and "claims" together, or neither.');
  }
  return tokens;
}

function invalid(message: string): ClientError {
  return new ClientError('invalid_tokens', message);
}

/** The members of a token response (RFC 6749 §5.1) under the names of a {@link TokenSet}, yet to be checked. */
function fromTokenResponse(response: JsonObject, receivedAt: number | undefined): JsonObject {
  const lifetime = readSeconds(response.expires_in, 'expires_in', 'a number of seconds');
  const counted = lifetime === undefined || receivedAt === undefined ? undefined : receivedAt + lifetime;
  return {
    accessToken: response.access_token,
    tokenType: response.token_type,
    // Not of the RFC, but what many libraries add to a response that they store.
    expiresAt: response.expires_at ?? counted,
    refreshToken: response.refresh_token,
    scope: response.scope,
  };
}

function readExpiresAt(value: unknown): number | undefined {
  return readSeconds(value, 'expiresAt', 'a number of seconds since the epoch');
}

function readSeconds(value: unknown, name: string, what: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const seconds = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) {
    throw invalid(`The "${name}" of the stored tokens is not ${what}.`);
  }
  return Math.floor(seconds);
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
  if (!isJsonObject(value) || !isIdTokenClaims(value)) {
    throw invalid('The "claims" of the stored tokens are not the claims of an ID token.');
  }
  return value;
}

/** Whether an object has the claims every ID token has, in their types (OIDC Core §2). */
export function isIdTokenClaims(value: JsonObject): value is IdTokenClaims {
  const { aud } = value;
  return (
    typeof value.iss === 'string' &&
    typeof value.sub === 'string' &&
    value.sub !== '' &&
    (typeof aud === 'string' || (Array.isArray(aud) && aud.every((item) => typeof item === 'string'))) &&
    typeof value.exp === 'number' &&
    typeof value.iat === 'number'
  );
}
