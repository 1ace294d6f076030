import type { Sealer } from '../crypto/seal.js';
import { type ClientAuthenticationMethod, OAuthError, type Parameters } from '../protocol/index.js';
import type { ClientRecord, ClientStore } from '../storage/ports/index.js';
import type { AssertionChecks } from './client-assertion.js';
import { clientSecretBasic } from './client-secret-basic.js';
import { clientSecretJwt } from './client-secret-jwt.js';
import { clientSecretPost } from './client-secret-post.js';
import type { ClientAuthenticationMechanism, Presented } from './credentials.js';
import { none } from './none.js';
import { privateKeyJwt, type VerificationKeys } from './private-key-jwt.js';

/**
 * Finds exactly one mechanism in the request and proves the client with it (RFC 6749 §2.3, §3.2.1).
 *
 * A client with a secret may send it in the header or in the body: the one is as good a proof as the
 * other, and old clients do both. A client that signs may do nothing else, and no other may sign.
 *
 * @param endpoint where it matters: some clients may do some things at the token endpoint alone without their secret
 * @throws OAuthError `invalid_client` when the client is not proven, `invalid_request` when the
 *   request uses two mechanisms at once
 */
export type AuthenticateClient = (
  headers: Headers,
  parameters: Parameters,
  endpoint?: 'token',
) => Promise<ClientRecord>;

export interface ClientAuthenticationDependencies extends AssertionChecks {
  readonly clients: ClientStore;
  /** Refuses what a client may not be asked for this way, whoever it is, by throwing. */
  readonly inspect: (client: ClientRecord, headers: Headers) => void;
  /** Opens the secrets of clients that sign with them. */
  readonly secrets: Sealer;
  readonly keysOf: VerificationKeys;
}

export function createClientAuthentication(
  dependencies: ClientAuthenticationDependencies,
): AuthenticateClient {
  const { clients, inspect, secrets, keysOf, clock } = dependencies;
  /** The mechanism behind each method that discovery names. */
  const mechanisms: Record<ClientAuthenticationMethod, ClientAuthenticationMechanism> = {
    client_secret_basic: clientSecretBasic(clock),
    client_secret_post: clientSecretPost(clock),
    client_secret_jwt: clientSecretJwt(dependencies, secrets),
    private_key_jwt: privateKeyJwt(dependencies, keysOf),
    none,
  };
  const all = Object.values(mechanisms);

  return async (headers, parameters, endpoint) => {
    const found = all.flatMap((mechanism) => mechanism.read(headers, parameters) ?? []);
    const [presented] = found;
    if (presented === undefined) throw notPresented(headers);
    // RFC 6749 §2.3: the client must not use more than one authentication method in each request.
    if (found.length > 1) {
      throw new OAuthError(
        'invalid_request',
        "The client authenticates twice; use one of the Authorization header, 'client_secret' and 'client_assertion'",
      );
    }
    if (parameters.client_id !== undefined && parameters.client_id !== presented.clientId) {
      throw new OAuthError('invalid_request', "'client_id' is not the client of the Authorization header");
    }
    const client = await clients.find(presented.clientId);
    // Before an assertion is used up.
    if (client !== undefined) inspect(client, headers);
    const proven = await presented.prove(client);
    const unproven = client !== undefined && endpoint === 'token' ? presented.unproven?.(client) : undefined;
    const known = proven ? client : unproven;
    if (known?.enabled !== true) throw notProven(presented);
    return known;
  };
}

/** The request names no client. An `Authorization` header of another scheme may be the reason. */
function notPresented(headers: Headers): OAuthError {
  return new OAuthError(
    'invalid_client',
    headers.has('authorization')
      ? "The Authorization header is not client authentication, since its scheme is not Basic; send 'client_id'"
      : "The request does not name a client; send 'client_id'",
  );
}

/** The same sentence for every client ID, so that it does not tell which ones are registered. */
function notProven({ isCredential }: Presented): OAuthError {
  return new OAuthError(
    'invalid_client',
    isCredential
      ? 'The client is unknown, disabled, or its credentials are wrong'
      : "The client is unknown or disabled, or it is confidential and its credentials are missing; send its secret as 'client_secret' or in an 'Authorization: Basic' header, or send a 'client_assertion'",
  );
}
