import { randomUUID } from 'node:crypto';
import type { TestGrantor } from '../../../../test/kit/grantor.js';
import { createAccount } from '../../src/accounts/create-account.js';
import { systemClock } from '../../src/crypto/clock.js';
import { sha256 } from '../../src/crypto/hash.js';

/** Somebody with a key to the management API. */
export interface Caller {
  readonly id: string;
  readonly person: TestGrantor['person'];
  /** Calls the management API with their key. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
}

/** Makes a person, unless there is one with this username, and gives them a key. */
export async function callerFor(
  grantor: TestGrantor,
  username: string,
  options: { readonly isAdmin?: boolean; readonly scopes?: readonly string[] } = {},
): Promise<Caller> {
  const { accounts, apiKeys } = grantor.server.store;
  const person = { username, password: 'a long enough password', name: `Name of ${username}` };
  await createAccount(accounts, systemClock, {
    email: username,
    password: person.password,
    name: person.name,
    isAdmin: options.isAdmin ?? false,
  });
  const account = await accounts.findByLogin(username);
  if (account === undefined) throw new Error('there is nobody with this username');
  const key = `key-of-${randomUUID()}`;
  await apiKeys.create({
    id: randomUUID(),
    name: 'For a test',
    hash: sha256(key),
    prefix: 'key-',
    accountId: account.id,
    scopes: options.scopes ?? null,
    createdAt: systemClock(),
    expiresAt: null,
    lastUsedAt: null,
  });
  return {
    id: account.id,
    person,
    call: (method, path, body, headers = {}) =>
      fetch(`${grantor.issuer}/api/2.0${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

/** The JSON of an answer that must have this status. */
export async function bodyOf<T = Record<string, unknown>>(response: Response, status = 200): Promise<T> {
  const text = await response.text();
  if (response.status !== status) throw new Error(`answered ${response.status} and not ${status}: ${text}`);
  return JSON.parse(text) as T;
}
