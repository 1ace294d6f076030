import { OAuthError } from './errors.js';

/**
 * Schemes are compared without regard to case, and end at a space (RFC 9110 §11.4). A header with another character there
 * has no bearer token. For `Basic` it is malformed, so that a client with a wrong header is not served as a public client.
 */
const schemes = {
  Basic: /^basic(?=\s|$) *(.*)$/i,
  Bearer: /^bearer(?= |$) *(.*)$/i,
} as const;

/** The characters of a bearer token (RFC 6750 §2.1). */
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The credentials in the `Authorization` header.
 *
 * @returns what follows the scheme, empty where nothing does; undefined where the header is missing or has another
 *   scheme
 */
export function credentialsOf(headers: Headers, scheme: keyof typeof schemes): string | undefined {
  const header = headers.get('authorization');
  return header === null ? undefined : schemes[scheme].exec(header)?.[1];
}

/**
 * The token in an `Authorization: Bearer` header (RFC 6750 §2.1).
 *
 * @returns undefined where the header is missing or has another scheme
 * @throws OAuthError `invalid_request` where it is malformed (§3.1)
 */
export function readBearerToken(headers: Headers): string | undefined {
  const token = credentialsOf(headers, 'Bearer');
  if (token !== undefined && !BEARER_TOKEN.test(token)) {
    throw new OAuthError('invalid_request', "The Authorization header must be 'Bearer ' and one token");
  }
  return token;
}
