import { randomBytes, randomUUID } from 'node:crypto';
import type { TestGrantor } from '../../../../test/kit/grantor.js';
import { TestApp } from '../../../../test/kit/test-app.js';
import { createAccount } from '../../src/accounts/create-account.js';
import { sha256 } from '../../src/crypto/hash.js';

/** The app as its developer runs it with another secret. */
export function withSecret(app: TestApp, secret: string): TestApp {
  const renewed = new TestApp(app.at, app.id, secret, app.redirectUri, app.person, app.browser);
  return Object.assign(renewed, { verifier: app.verifier });
}

export interface Rotated {
  readonly client_secret: string;
  readonly previous_secret_expires_on: string | null;
}

/** Gives the app another secret, and fails where the server refuses it. */
export async function rotate(grantor: TestGrantor, id: string, body?: object): Promise<Rotated> {
  const response = await grantor.api('PATCH', `/clients/${id}/regenerate`, body);
  if (response.status !== 200) throw new Error(`not rotated: ${await response.text()}`);
  return (await response.json()) as Rotated;
}

/** Somebody who may sign in, with a key to the management API. */
export async function developerWithKey(
  { server: { store } }: TestGrantor,
  scopes: readonly string[] | null = null,
): Promise<{ id: string; key: string }> {
  const email = `${randomUUID()}@example.com`;
  const now = Math.floor(Date.now() / 1000);
  await createAccount(store.accounts, () => now, { email, password: 'analytical-engine', name: 'Grace' });
  const id = (await store.accounts.findByLogin(email))?.id ?? '';
  const key = `sk-${randomBytes(32).toString('base64url')}`;
  await store.apiKeys.create({
    id: randomUUID(),
    name: 'Test',
    hash: sha256(key),
    prefix: key.slice(0, 8),
    accountId: id,
    scopes,
    createdAt: now,
    expiresAt: null,
    lastUsedAt: null,
  });
  return { id, key };
}

/** Calls the management API with somebody's key. */
export function call(
  { issuer }: TestGrantor,
  key: string,
  method: string,
  path: string,
  init: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  return fetch(`${issuer}/api/2.0${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: init.body }),
  });
}

/** Whether the app's credentials are taken, asked where nothing else can go wrong. */
export async function isTaken(app: TestApp, headers: Record<string, string> = {}): Promise<boolean> {
  const named = 'authorization' in headers ? { client_id: undefined, client_secret: undefined } : {};
  const response = await app.post('/oauth2/revoke', { token: 'unknown', ...named }, headers);
  return response.status === 200;
}

export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
