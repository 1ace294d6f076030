import type { OAuthError } from '../protocol/index.js';
import type { Callback } from './authorization-request.js';

/** The parameters of an authorization response, by name. */
export type ResponseParameters = Readonly<Record<string, string>>;

/**
 * The parameters of a response: what was requested, `state` as it was sent, and `iss` in every one, errors
 * too (RFC 6749 §4.1.2, RFC 9207 §2).
 */
export function responseParameters(
  { state }: Callback,
  issuer: string,
  response: Readonly<Record<string, string | number | undefined>>,
): ResponseParameters {
  const all: typeof response = { ...response, state, iss: issuer };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** The parameters of an error response (RFC 6749 §4.1.2.1). */
export function errorParameters(callback: Callback, issuer: string, error: OAuthError): ResponseParameters {
  return responseParameters(callback, issuer, { error: error.code, error_description: error.description });
}
