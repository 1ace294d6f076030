import { expect } from 'vitest';
import type { TestGrantor } from '../../../../test/kit/grantor.js';
import type { AccountRecord } from '../../src/storage/ports/index.js';
import { addPerson, bearer, call, type Headers, keyOf } from '../principals/support.js';

export interface Key {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[] | null;
  readonly account_id: string | null;
  readonly created_on: string;
  readonly expires_on: string | null;
  readonly last_used_on: string | null;
}

/** What people do with keys at a server that is there once the tests run. */
export function keyring(at: () => TestGrantor) {
  /** A person with a key that may do all that they may. */
  async function somebody(
    fields: Partial<AccountRecord> = {},
  ): Promise<{ readonly person: AccountRecord; readonly headers: Headers }> {
    const person = await addPerson(at(), fields);
    return { person, headers: bearer((await keyOf(at(), person)).key) };
  }

  async function create(headers: Headers, body: Record<string, unknown> = {}): Promise<Key> {
    const response = await call(at(), headers, 'POST', '/keys', { name: 'CI', ...body });
    expect(response.status, await response.clone().text()).toBe(201);
    return (await response.json()) as Key;
  }

  async function list(headers: Headers, query = ''): Promise<readonly Key[]> {
    const response = await call(at(), headers, 'GET', `/keys${query}`);
    expect(response.status).toBe(200);
    return ((await response.json()) as { data: Key[] }).data;
  }

  const status = async (headers: Headers, method: string, path: string, body?: unknown) =>
    (await call(at(), headers, method, path, body)).status;

  return { somebody, create, list, status };
}
