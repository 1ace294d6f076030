import { createHash } from 'node:crypto';
import type { RegisteredTestClient } from '../../../../../test/kit/servers.js';
import { encodeForm } from './send.js';

export const redirectUri = 'https://app.example.com/callback';

/** A client that was registered for a test. `client_secret` is undefined for a client without a secret. */
export type Client = RegisteredTestClient;

export interface Code {
  readonly code: string;
  readonly verifier: string;
}

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** The credentials of a client in a body: its ID, and its secret if it has one. */
export function identify(client: Client): Record<string, string> {
  const { client_id, client_secret } = client as { client_id: string; client_secret?: string };
  return client_secret === undefined ? { client_id } : { client_id, client_secret };
}

/** A valid authorization request without PKCE. */
export function authorizationRequest(
  client: Client,
  changes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope: 'openid profile files:read',
    state: 'the state',
    ...changes,
  };
}

/** The PKCE parameters of `authorizationPath` (RFC 7636 §4.3). */
export const pkce = { code_challenge: challengeOf('v'.repeat(43)), code_challenge_method: 'S256' };

/** The path and query of a valid authorization request with PKCE, with these changes. */
export function authorizationPath(client: Client, changes: Readonly<Record<string, string>> = {}): string {
  return `/oauth2/authorize?${encodeForm({ ...authorizationRequest(client), ...pkce, ...changes })}`;
}

/** The token request for a code. */
export function exchange(client: Client, { code, verifier }: Code): Record<string, string> {
  return {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
    ...identify(client),
  };
}
