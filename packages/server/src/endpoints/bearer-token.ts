import { OAuthError } from '../protocol/index.js';

/**
 * The token of an `Authorization: Bearer` header (RFC 6750 §2.1).
 *
 * @returns undefined where the header is not there or is of another scheme
 * @throws OAuthError `invalid_request` where it is malformed (§3.1)
 */
export function readBearerToken(headers: Headers): string | undefined {
  const header = headers.get('authorization');
  if (header === null || !/^bearer(?: |$)/i.test(header)) return undefined;
  const token = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header)?.[1];
  if (token === undefined) {
    throw new OAuthError('invalid_request', "The Authorization header must be 'Bearer ' and one token");
  }
  return token;
}

/**
 * The challenge that goes with a refusal (RFC 6750 §3); without an error where no token was sent (§3.1).
 */
export function bearerChallenge(realm: string, error?: OAuthError): Record<string, string> {
  const details =
    error === undefined ? '' : `, error="${error.code}", error_description="${error.description}"`;
  return { 'www-authenticate': `Bearer realm="${realm}"${details}` };
}
