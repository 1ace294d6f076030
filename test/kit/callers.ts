import { randomUUID } from 'node:crypto';
import { sha256 } from '../../packages/server/src/crypto/hash.js';
import type { ApiKeyRecord, Store } from '../../packages/server/src/storage/ports/index.js';
import { bearer, type Call, callWith, type RequestHeaders } from './api-calls.js';
import { addUser, type NewUser, type TestUser } from './users.js';

interface Server {
  readonly issuer: string;
  readonly server: { readonly store: Store };
}

/** A user who calls the management API with an API key. */
export interface ApiCaller<User = TestUser> {
  /** The ID of the user. */
  readonly id: string;
  readonly user: User;
  readonly keyId: string;
  readonly key: string;
  /** The key as a request header. */
  readonly headers: RequestHeaders;
  readonly call: Call;
}

/**
 * Adds an API key. It has all scopes and does not expire unless `fields` say otherwise.
 *
 * @param user null for a key of the deployment
 */
export async function addApiKey(
  { server: { store } }: Pick<Server, 'server'>,
  user: { readonly id: string } | null,
  fields: Partial<ApiKeyRecord> = {},
): Promise<ApiKeyRecord & { readonly key: string }> {
  const key = `sk-${randomUUID()}`;
  const record: ApiKeyRecord = {
    id: randomUUID(),
    name: 'A key',
    hash: sha256(key),
    prefix: key.slice(0, 7),
    accountId: user?.id ?? null,
    scopes: null,
    createdAt: Math.floor(Date.now() / 1000),
    expiresAt: null,
    lastUsedAt: null,
    ...fields,
  };
  await store.apiKeys.create(record);
  return { ...record, key };
}

/** Adds an API key of this user, and calls the management API with it. */
export async function callerFor<User extends { readonly id: string }>(
  server: Server,
  user: User,
  fields: Partial<ApiKeyRecord> = {},
): Promise<ApiCaller<User>> {
  const { id: keyId, key } = await addApiKey(server, user, fields);
  return { id: user.id, user, keyId, key, headers: bearer(key), call: callWith(server, key) };
}

/** Adds a user with an API key, which has all scopes unless `scopes` is set. */
export async function addCaller(
  server: Server,
  { scopes = null, ...fields }: NewUser & { readonly scopes?: readonly string[] | null } = {},
): Promise<ApiCaller> {
  return callerFor(server, await addUser(server, fields), { scopes });
}
