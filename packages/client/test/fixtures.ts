import { expect } from 'vitest';
import {
  type AuthorizationOptions,
  ClientError,
  type ClientErrorCode,
  type ClientOptions,
  clientSecretBasic,
  createClient,
  type OAuthClient,
  type TokenSet,
} from '../src/index.js';
import type { AuthorizationServer } from './authorization-server.js';

export const REDIRECT_URI = 'https://app.example/callback';

/** The secret of the client at the test server. */
export const SECRET = 'a secret: of the app';

/** A confidential client of the test server. */
export function clientOf(server: AuthorizationServer, options: Partial<ClientOptions> = {}): OAuthClient {
  return createClient({
    issuer: server.issuer,
    clientId: 'app-1',
    authentication: clientSecretBasic(SECRET),
    redirectUri: REDIRECT_URI,
    scope: 'openid profile',
    ...options,
  });
}

/** Completes the flow with a user who allows everything. */
export async function connect(
  server: AuthorizationServer,
  client: OAuthClient = clientOf(server),
  options: AuthorizationOptions = {},
): Promise<TokenSet> {
  const { url, transaction } = await client.startAuthorization(options);
  return client.handleCallback(server.allow(url), transaction);
}

/** The error that a promise rejects with. Fails unless it is a ClientError with the code. */
export async function errorOf(promise: Promise<unknown>, code: ClientErrorCode): Promise<ClientError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ClientError);
  const found = error as ClientError;
  expect(found.code, found.message).toBe(code);
  return found;
}
