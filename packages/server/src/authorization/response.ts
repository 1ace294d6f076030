import { addToRedirectUri, type OAuthError } from '@grantor/protocol';
import type { Callback } from './authorization-request.js';

/**
 * The address that takes an authorization response back to the client, with `state` as it came and
 * `iss` in every one, errors too (RFC 6749 §4.1.2, RFC 9207 §2).
 */
export function responseLocation(
  callback: Callback,
  issuer: string,
  answer: { readonly code: string; readonly id_token?: string | undefined },
): string {
  return locationOf(callback, issuer, answer);
}

/** The address that takes an error back to the client (RFC 6749 §4.1.2.1). */
export function errorLocation(callback: Callback, issuer: string, error: OAuthError): string {
  return locationOf(callback, issuer, { error: error.code, error_description: error.description });
}

function locationOf(
  { redirectUri, responseMode, state }: Callback,
  issuer: string,
  answer: Readonly<Record<string, string | undefined>>,
): string {
  return addToRedirectUri(redirectUri, { ...answer, state, iss: issuer }, responseMode);
}
