import type { TestGrantor } from '../../../../test/kit/grantor.js';
import { createAccount } from '../../src/accounts/create-account.js';
import { systemClock } from '../../src/crypto/clock.js';
import { sha256 } from '../../src/crypto/hash.js';
import type { ApiKeyRecord } from '../../src/storage/ports/index.js';

let count = 0;

/** A key of somebody who can sign in, made for one test. */
export async function keyOfSomebody(
  { server: { store } }: TestGrantor,
  fields: Partial<ApiKeyRecord> = {},
  person: { readonly isAdmin?: boolean } = {},
): Promise<{ readonly key: string; readonly record: ApiKeyRecord; readonly accountId: string }> {
  count += 1;
  const username = `somebody-${count}@example.com`;
  await createAccount(store.accounts, systemClock, {
    email: username,
    password: 'analytical-engine',
    name: 'Some Body',
    ...person,
  });
  const accountId = (await store.accounts.findByLogin(username))?.id ?? '';
  const key = `a-key-for-somebody-with-number-${count}`;
  const record: ApiKeyRecord = {
    id: `key-${count}`,
    name: 'A key',
    hash: sha256(key),
    prefix: 'a-key',
    accountId,
    scopes: null,
    createdAt: systemClock(),
    expiresAt: null,
    lastUsedAt: null,
    ...fields,
  };
  await store.apiKeys.create(record);
  return { key, record, accountId };
}

/** The x-signature that is given for a bearer credential (`GET /api/2.0/security/oauth2/token`). */
export async function signatureFor(grantor: TestGrantor, credential: string): Promise<string> {
  const answer = await fetch(`${grantor.issuer}/api/2.0/security/oauth2/token`, {
    headers: { authorization: `Bearer ${credential}` },
  });
  if (answer.status !== 200) throw new Error(`no signature: ${await answer.text()}`);
  return ((await answer.json()) as { response: string }).response;
}
