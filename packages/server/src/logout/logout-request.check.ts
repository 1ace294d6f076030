import { type IdTokenHint, readIdTokenHint } from '../issuance/id-token-hint.js';
import type { Keyring } from '../keys/keyring.js';
import { addToRedirectUri, OAuthError, type Parameters } from '../protocol/index.js';
import type { ClientRecord, ClientStore } from '../storage/ports/index.js';

/** A valid logout request. */
export interface LogoutRequest {
  /** The client that sent the request; undefined if unknown. */
  readonly client: ClientRecord | undefined;
  readonly hint: IdTokenHint | undefined;
  /** The post-logout redirect URI of the client with the `state`. */
  readonly destination: string | undefined;
}

export interface LogoutCheckDependencies {
  readonly clients: ClientStore;
  readonly keyring: Keyring;
  readonly issuer: string;
}

/**
 * Checks a logout request (RP-Initiated Logout 1.0 §2, §4). An invalid request neither ends a session nor redirects.
 *
 * @throws OAuthError with what the app's developer must change
 */
export async function checkLogoutRequest(
  dependencies: LogoutCheckDependencies,
  parameters: Parameters,
): Promise<LogoutRequest> {
  const hint = await readHint(dependencies, parameters);
  const client = await findClient(dependencies.clients, parameters.client_id ?? hint?.clientId);
  return { client, hint, destination: destinationOf(client, parameters) };
}

async function readHint(
  dependencies: LogoutCheckDependencies,
  { id_token_hint: token, client_id: clientId }: Parameters,
): Promise<IdTokenHint | undefined> {
  if (token === undefined) return undefined;
  const hint = await readIdTokenHint(dependencies, token);
  if (hint === undefined) {
    throw new OAuthError('invalid_request', "'id_token_hint' is not an ID token of this server");
  }
  // RP-Initiated Logout 1.0 §2: client_id must be the one that the token was issued to.
  if (clientId !== undefined && clientId !== hint.clientId) {
    throw new OAuthError('invalid_request', "'client_id' is not the app that 'id_token_hint' was issued to");
  }
  return hint;
}

async function findClient(
  clients: ClientStore,
  clientId: string | undefined,
): Promise<ClientRecord | undefined> {
  if (clientId === undefined) return undefined;
  const client = await clients.find(clientId);
  if (client === undefined) {
    throw new OAuthError('invalid_client', "'client_id' is not the ID of a registered app", { status: 400 });
  }
  if (!client.enabled) throw new OAuthError('unauthorized_client', 'This app has been disabled');
  return client;
}

/** RP-Initiated Logout 1.0 §3: registered addresses only, compared character for character. */
function destinationOf(
  client: ClientRecord | undefined,
  { post_logout_redirect_uri: requested, state }: Parameters,
): string | undefined {
  if (requested === undefined) return undefined;
  if (client === undefined) {
    throw new OAuthError(
      'invalid_request',
      "'post_logout_redirect_uri' needs 'id_token_hint' or 'client_id' beside it",
    );
  }
  if (client.metadata.post_logout_redirect_uris?.includes(requested) !== true) {
    throw new OAuthError(
      'invalid_request',
      "'post_logout_redirect_uri' is not registered for this app; it must equal a registered URI character for character",
    );
  }
  return state === undefined ? requested : addToRedirectUri(requested, { state }, 'query');
}
