import { type ClientAuthenticationMethod, OAuthError, type Parameters } from '@grantor/protocol';
import { isClientSecret } from '../clients/secret.js';
import type { ClientRecord, ClientStore } from '../storage/ports/index.js';
import { clientSecretBasic } from './client-secret-basic.js';
import { clientSecretPost } from './client-secret-post.js';
import type { ClientAuthenticationMechanism } from './credentials.js';
import { none } from './none.js';

/** The mechanism behind each method that discovery names. */
const mechanisms: Record<ClientAuthenticationMethod, ClientAuthenticationMechanism> = {
  client_secret_basic: clientSecretBasic,
  client_secret_post: clientSecretPost,
  none,
};

/**
 * Finds exactly one mechanism in the request and proves the client with it (RFC 6749 §2.3, §3.2.1).
 *
 * A client with a secret may send it in the header or in the body: the one is as good a proof as the
 * other, and old clients do both.
 *
 * @throws OAuthError `invalid_client` when the client is not proven, `invalid_request` when the
 *   request uses two mechanisms at once
 */
export async function authenticateClient(
  clients: ClientStore,
  headers: Headers,
  parameters: Parameters,
): Promise<ClientRecord> {
  const found = Object.values(mechanisms).flatMap((mechanism) => mechanism.read(headers, parameters) ?? []);
  const [credentials] = found;
  if (credentials === undefined) {
    throw new OAuthError('invalid_client', "The client does not say who it is; send 'client_id'");
  }
  // RFC 6749 §2.3: the client must not use more than one authentication method in each request.
  if (found.length > 1) {
    throw new OAuthError(
      'invalid_request',
      "The client authenticates twice; use the Authorization header or 'client_secret', not both",
    );
  }
  if (parameters.client_id !== undefined && parameters.client_id !== credentials.clientId) {
    throw new OAuthError('invalid_request', "'client_id' is not the client of the Authorization header");
  }
  const client = await clients.find(credentials.clientId);
  if (!isProven(client, credentials.secret)) {
    throw new OAuthError('invalid_client', 'The client is unknown, disabled, or its credentials are wrong');
  }
  return client;
}

function isProven(client: ClientRecord | undefined, secret: string | undefined): client is ClientRecord {
  const proven =
    secret === undefined
      ? client?.authenticationMethod === 'none' && client.secretHash === null
      : isClientSecret(client, secret);
  return proven && client?.enabled === true;
}
