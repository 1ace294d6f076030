import type { OAuthError } from '../protocol/index.js';
import type { Callback } from './authorization-request.js';

/** What an authorization response carries, by parameter name. */
export type ResponseParameters = Readonly<Record<string, string>>;

/**
 * The parameters of a response: what was asked for, `state` as it came, and `iss` in every one, errors
 * too (RFC 6749 §4.1.2, RFC 9207 §2).
 */
export function responseParameters(
  { state }: Callback,
  issuer: string,
  answer: Readonly<Record<string, string | undefined>>,
): ResponseParameters {
  const all = Object.entries({ ...answer, state, iss: issuer });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The parameters that tell the client of an error (RFC 6749 §4.1.2.1). */
export function errorParameters(callback: Callback, issuer: string, error: OAuthError): ResponseParameters {
  return responseParameters(callback, issuer, { error: error.code, error_description: error.description });
}
