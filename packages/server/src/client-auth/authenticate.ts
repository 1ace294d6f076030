import type { Sealer } from '../crypto/seal.js';
import { type ClientAuthenticationMethod, OAuthError, type ProtocolRequest } from '../protocol/index.js';
import type { ClientRecord, ClientStore } from '../storage/ports/index.js';
import type { AssertionChecks } from './client-assertion.js';
import { clientSecretBasic } from './client-secret-basic.js';
import { clientSecretJwt } from './client-secret-jwt.js';
import { clientSecretPost } from './client-secret-post.js';
import type { ClientAuthenticator, PresentedClient } from './credentials.js';
import { none } from './none.js';
import { privateKeyJwt, type VerificationKeys } from './private-key-jwt.js';

/**
 * Finds exactly one credential in the request and authenticates the client with it (RFC 6749 §2.3, §3.2.1).
 *
 * A client with a secret can send it in the header or in the body: both are equivalent, and old clients use either. A client
 * that is registered to sign must sign, and no other client can.
 *
 * @param endpoint `token` for the token endpoint, where some clients can send some requests without their secret
 * @throws OAuthError `invalid_client` if the client is not authenticated, `invalid_request` if the request has two
 *   credentials
 */
export type AuthenticateClient = (request: ProtocolRequest, endpoint?: 'token') => Promise<ClientRecord>;

export interface ClientAuthenticationDependencies extends AssertionChecks {
  readonly clients: ClientStore;
  /** Throws if the client does not allow the request, even with its credentials. */
  readonly inspect: (client: ClientRecord, request: ProtocolRequest) => void;
  /** Opens the secrets of clients that sign with them. */
  readonly secrets: Sealer;
  readonly keysOf: VerificationKeys;
}

export function createClientAuthentication(
  dependencies: ClientAuthenticationDependencies,
): AuthenticateClient {
  const { clients, inspect, secrets, keysOf, clock } = dependencies;
  const authenticators: Record<ClientAuthenticationMethod, ClientAuthenticator> = {
    client_secret_basic: clientSecretBasic(clock),
    client_secret_post: clientSecretPost(clock),
    client_secret_jwt: clientSecretJwt(dependencies, secrets),
    private_key_jwt: privateKeyJwt(dependencies, keysOf),
    none,
  };
  const all = Object.values(authenticators);

  return async (request, endpoint) => {
    const candidates = candidatesOf(all.flatMap((authenticator) => authenticator.read(request) ?? []));
    const [presented] = candidates;
    if (presented === undefined) throw notPresented(request);
    const { client_id: named } = request.parameters;
    if (named !== undefined && candidates.some(({ clientId }) => clientId !== named)) {
      throw new OAuthError('invalid_request', "'client_id' is not the client of the Authorization header");
    }
    const client = await clients.find(presented.clientId);
    // Before an assertion is marked as used.
    if (client !== undefined) inspect(client, request);
    const proven = (await provesAny(candidates, client)) ? client : undefined;
    const accepted = proven ?? (endpoint === 'token' ? unprovenAs(candidates, client) : undefined);
    if (accepted?.enabled !== true) throw notProven(presented);
    return accepted;
  };
}

/**
 * The credential of the request. If it has none, every method that only needs the name of the client; the client is
 * registered for one of them.
 */
function candidatesOf(presented: readonly PresentedClient[]): readonly PresentedClient[] {
  const credentials = presented.filter(({ isCredential }) => isCredential);
  // RFC 6749 §2.3: the client must not use more than one authentication method in each request.
  if (credentials.length > 1) {
    throw new OAuthError(
      'invalid_request',
      "The client authenticates twice; use one of the Authorization header, 'client_secret' and 'client_assertion'",
    );
  }
  return credentials.length === 1 ? credentials : presented;
}

async function provesAny(
  candidates: readonly PresentedClient[],
  client: ClientRecord | undefined,
): Promise<boolean> {
  for (const candidate of candidates) if (await candidate.prove(client)) return true;
  return false;
}

function unprovenAs(
  candidates: readonly PresentedClient[],
  client: ClientRecord | undefined,
): ClientRecord | undefined {
  if (client === undefined) return undefined;
  for (const candidate of candidates) {
    const accepted = candidate.unproven?.(client);
    if (accepted !== undefined) return accepted;
  }
  return undefined;
}

/** The request names no client. An `Authorization` header of another scheme may be the reason. */
function notPresented({ headers }: ProtocolRequest): OAuthError {
  return new OAuthError(
    'invalid_client',
    headers.has('authorization')
      ? "The Authorization header is not client authentication, since its scheme is not Basic; send 'client_id'"
      : "The request does not name a client; send 'client_id'",
  );
}

/** The same sentence for every client ID, so that it does not reveal which ones are registered. */
function notProven({ isCredential }: PresentedClient): OAuthError {
  return new OAuthError(
    'invalid_client',
    isCredential
      ? 'The client is unknown, disabled, or its credentials are wrong'
      : "The client is unknown or disabled, or it is confidential and its credentials are missing; send its secret as 'client_secret' or in an 'Authorization: Basic' header, or send a 'client_assertion'",
  );
}
