import { isJsonObject } from '@grantor/protocol';
import { ClientError } from './errors.js';

/**
 * What an app must keep between the redirect to the authorization server and the callback. Plain and JSON-safe: keep it in
 * the user's session, which other users cannot read, and remove it when it is used.
 */
export interface AuthorizationTransaction {
  issuer: string;
  clientId: string;
  redirectUri: string;
  /** The requested scopes, separated by spaces. */
  scope: string;
  state: string;
  nonce: string;
  codeVerifier: string;
  /** The requested `max_age` in seconds. */
  maxAge?: number;
}

const TEXTS = ['issuer', 'clientId', 'redirectUri', 'scope', 'state', 'nonce', 'codeVerifier'] as const;

function isTransaction(value: unknown): value is AuthorizationTransaction {
  if (!isJsonObject(value)) return false;
  const { maxAge } = value;
  return (
    TEXTS.every((name) => typeof value[name] === 'string' && (value[name] !== '' || name === 'scope')) &&
    (maxAge === undefined || typeof maxAge === 'number')
  );
}

/**
 * Checks a transaction that comes back from the app's store.
 *
 * @param client the client that handles the callback. The transaction must be its own, or a code of one server could be
 *   sent to another (RFC 9700 §4.4)
 * @throws ClientError `transaction_invalid`
 */
export function checkTransaction(
  value: unknown,
  client: { readonly issuer: string; readonly clientId: string },
): AuthorizationTransaction {
  if (value === undefined || value === null) {
    throw invalid(
      'There is no transaction for this callback: it was used already, or the session is gone. ' +
        'Call startAuthorization again, and check that the session cookie is SameSite=Lax.',
    );
  }
  if (!isTransaction(value)) {
    throw invalid(
      'The transaction is not the object that startAuthorization returned. Keep all of it, as JSON.',
    );
  }
  if (value.issuer !== client.issuer || value.clientId !== client.clientId) {
    throw invalid(
      'The transaction belongs to another issuer or clientId. Give each authorization server a redirect URI of its own, ' +
        'and handle the callback with the client that started the transaction.',
    );
  }
  return value;
}

function invalid(message: string): ClientError {
  return new ClientError('transaction_invalid', message);
}
