import { randomUUID } from 'node:crypto';
import { createAccount } from '../../packages/server/src/accounts/create-account.js';
import { systemClock } from '../../packages/server/src/crypto/clock.js';
import { sha256 } from '../../packages/server/src/crypto/hash.js';
import type { TestGrantor } from './grantor.js';

/** Somebody who can sign in, and call the management API with a key of theirs. */
export interface PersonWithKey {
  /** Of their account. */
  readonly id: string;
  readonly person: TestGrantor['person'];
  readonly keyId: string;
  readonly key: string;
}

/**
 * Adds a person with a key to the management API.
 *
 * @param options what the test asserts of them. A username that somebody has already gets that person another key;
 *   a key without scopes is good for all that its person may do
 */
export async function addPersonWithKey(
  { server: { store } }: TestGrantor,
  options: {
    readonly username?: string;
    readonly password?: string;
    readonly name?: string;
    readonly isAdmin?: boolean;
    readonly scopes?: readonly string[] | null;
    readonly keyId?: string;
  } = {},
): Promise<PersonWithKey> {
  const {
    username = `${randomUUID()}@example.com`,
    password = 'analytical-engine',
    name = 'Some Body',
    isAdmin = false,
    scopes = null,
    keyId = randomUUID(),
  } = options;
  await createAccount(store.accounts, systemClock, { email: username, password, name, isAdmin });
  const account = await store.accounts.findByLogin(username);
  if (account === undefined) throw new Error('there is nobody with this username');
  const key = `sk-${randomUUID()}`;
  await store.apiKeys.create({
    id: keyId,
    name: 'A key',
    hash: sha256(key),
    prefix: key.slice(0, 6),
    accountId: account.id,
    scopes,
    createdAt: systemClock(),
    expiresAt: null,
    lastUsedAt: null,
  });
  return { id: account.id, person: { username, password, name }, keyId, key };
}
