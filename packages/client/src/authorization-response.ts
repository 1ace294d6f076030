import { AuthorizationDeniedError, AuthorizationError, ClientError } from './errors.js';
import type { ServerMetadata } from './metadata.js';
import { printable } from './printable.js';
import { sameValue } from './random.js';
import type { AuthorizationTransaction } from './transaction.js';

/** A callback: its address (absolute, or path and query), or its parameters. */
export type CallbackInput = string | URL | URLSearchParams;

/** The parameters of an authorization response. */
const PARAMETERS = [
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
  'scope',
  'session_state',
];

/**
 * Reads the parameters of a callback and checks that it belongs to the transaction.
 *
 * @throws ClientError `invalid_callback` or `state_mismatch`
 */
export function readCallback(input: CallbackInput, transaction: AuthorizationTransaction): URLSearchParams {
  const parameters = input instanceof URLSearchParams ? input : queryOf(input, transaction.redirectUri);
  // RFC 6749 §3.1: a parameter must not be repeated. Other parameters belong to the redirect URI.
  const repeated = PARAMETERS.find((name) => parameters.getAll(name).length > 1);
  if (repeated !== undefined) {
    throw new ClientError(
      'invalid_callback',
      `The callback has the parameter "${repeated}" more than once. Call startAuthorization again.`,
    );
  }
  if (!parameters.has('state')) throw missingState(parameters.get('error'));
  // RFC 6749 §10.12: checked before anything else is trusted, errors included.
  if (!sameValue(parameters.get('state') ?? '', transaction.state)) {
    throw new ClientError(
      'state_mismatch',
      'The "state" of the callback is not that of the transaction: the callback belongs to another sign-in, ' +
        'such as one in another tab, or is forged. Call startAuthorization again.',
    );
  }
  return parameters;
}

/**
 * Reads the code of a callback whose state was checked.
 *
 * @throws ClientError `issuer_mismatch` (RFC 9207) or `invalid_callback`; AuthorizationDeniedError and
 *   AuthorizationError (RFC 6749 §4.1.2.1)
 */
export function codeOf(parameters: URLSearchParams, metadata: ServerMetadata): string {
  checkIssuer(parameters.get('iss'), metadata);
  const error = parameters.get('error');
  if (error !== null) throw authorizationError(error, parameters.get('error_description'));
  const code = parameters.get('code');
  if (code === null || code === '') {
    throw new ClientError('invalid_callback', 'The callback has neither a "code" nor an "error".');
  }
  return code;
}

/** Servers that fail early respond without the state. Their error helps the developer, and proves nothing. */
function missingState(error: string | null): ClientError {
  const said = error === 'access_denied' ? 'the user denied access (access_denied)' : printable(error ?? '');
  return new ClientError(
    'state_mismatch',
    'The callback has no "state", so the sign-in that it belongs to is unknown. ' +
      (error === null ? '' : `Its error: ${said}. `) +
      'Call startAuthorization again.',
  );
}

function queryOf(input: string | URL, redirectUri: string): URLSearchParams {
  // The base only completes a path, such as Node's request.url. Its host does not matter here.
  if (!URL.canParse(input, redirectUri)) {
    throw new ClientError(
      'invalid_callback',
      'The callback is not a URL. Pass the URL of the request to the redirect URI.',
    );
  }
  return new URL(input, redirectUri).searchParams;
}

function checkIssuer(iss: string | null, metadata: ServerMetadata): void {
  if (iss === null) {
    // RFC 9207 §2.4: a server that announces iss always sends it.
    if (metadata.authorization_response_iss_parameter_supported !== true) return;
    throw new ClientError(
      'issuer_mismatch',
      'The callback has no "iss", which this server always sends. It may be from another server.',
    );
  }
  // RFC 9207 §2.4: simple string comparison.
  if (iss !== metadata.issuer) {
    throw new ClientError('issuer_mismatch', 'The "iss" of the callback names another authorization server.');
  }
}

function authorizationError(error: string, description: string | null): AuthorizationError {
  const text = description === null ? undefined : printable(description);
  if (error === 'access_denied') return new AuthorizationDeniedError(text);
  const code = printable(error);
  const said = text === undefined ? '' : ` (${text})`;
  return new AuthorizationError(`The authorization server responded with ${code}${said}.`, code, text);
}
