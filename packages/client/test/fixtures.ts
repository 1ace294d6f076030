import { expect } from 'vitest';
import {
  type AuthorizationOptions,
  ClientError,
  type ClientErrorCode,
  OAuthClient,
  type OAuthClientOptions,
  type TokenSet,
} from '../src/index.js';
import type { AuthorizationServer } from './authorization-server.js';

export const REDIRECT_URI = 'https://app.example/callback';

/** A confidential client of the test server. */
export function clientOf(
  server: AuthorizationServer,
  options: Partial<OAuthClientOptions> = {},
): OAuthClient {
  return new OAuthClient({
    issuer: server.issuer,
    clientId: 'app-1',
    clientSecret: 'a secret: of the app',
    redirectUri: REDIRECT_URI,
    scope: 'openid profile',
    ...options,
  });
}

/** The whole flow, with a user who allows everything. */
export async function connect(
  server: AuthorizationServer,
  client: OAuthClient = clientOf(server),
  options: AuthorizationOptions = {},
): Promise<TokenSet> {
  const { url, transaction } = await client.startAuthorization(options);
  return client.handleCallback(server.allow(url), transaction);
}

/** The error a promise rejects with; fails unless it is a ClientError of that code. */
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
