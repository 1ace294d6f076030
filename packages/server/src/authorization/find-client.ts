import { OAuthError } from '../protocol/index.js';
import type { ClientRecord, ClientStore } from '../storage/ports/index.js';

/**
 * The client that an authorization request names.
 *
 * @throws OAuthError where it is unknown or disabled
 */
export async function findClient(clients: ClientStore, clientId: string | undefined): Promise<ClientRecord> {
  if (clientId === undefined) {
    throw new OAuthError('invalid_request', "'client_id' is missing from the authorization request");
  }
  const client = await clients.find(clientId);
  if (client === undefined) {
    throw new OAuthError('invalid_client', "'client_id' is not the ID of a registered app", { status: 400 });
  }
  if (!client.enabled) {
    throw new OAuthError('unauthorized_client', 'This app has been disabled');
  }
  return client;
}
