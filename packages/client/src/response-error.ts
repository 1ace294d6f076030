import type { JsonResponse } from '@grantor/protocol';
import { ClientError, OAuthResponseError } from './errors.js';
import { printable } from './printable.js';

/** What to do about the common error codes (RFC 6749 §5.2, RFC 6750 §3.1). */
const ADVICE = new Map([
  [
    'invalid_client',
    'Check clientId, and that authentication is the method that the client is registered for.',
  ],
  [
    'invalid_grant',
    'The code or refresh token is used, revoked or expired, or belongs to another client or redirect URI. ' +
      'Send the user through startAuthorization again.',
  ],
  ['unauthorized_client', 'Register the client for this grant type.'],
  ['invalid_scope', 'Request only scopes that the client is registered for.'],
  ['invalid_token', 'The access token is expired or revoked. Refresh the tokens.'],
  ['insufficient_scope', 'Request the missing scope in startAuthorization.'],
]);

/**
 * The error of an unsuccessful response, from its JSON body (RFC 6749 §5.2) or its `WWW-Authenticate` header
 * (RFC 6750 §3).
 *
 * @param target what was called, for the message
 * @param secrets what was sent and must not get into the message
 */
export function responseError(
  target: string,
  response: JsonResponse,
  secrets: readonly string[],
): ClientError {
  const { status, json, headers } = response;
  const challenge = headers.get('www-authenticate') ?? '';
  const error = text(json?.error) ?? /\berror="([^"]+)"/.exec(challenge)?.[1];
  if (error === undefined) {
    return new ClientError(
      'invalid_response',
      `The ${target} responded with status ${status} and no OAuth error. ` +
        'Check that the address belongs to the authorization server and not to a proxy.',
    );
  }
  const said =
    text(json?.error) === undefined
      ? /\berror_description="([^"]*)"/.exec(challenge)?.[1]
      : json?.error_description;
  const description = typeof said === 'string' ? printable(said, secrets) : undefined;
  const code = printable(error, secrets);
  const message = [`The ${target} responded with ${status} ${code}`];
  if (description !== undefined) message.push(` (${description})`);
  const advice = ADVICE.get(code);
  message.push(advice === undefined ? '.' : `. ${advice}`);
  return new OAuthResponseError(message.join(''), status, code, description);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
