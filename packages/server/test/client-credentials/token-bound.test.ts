import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../../../test/kit/test-database.js';
import {
  createClientTokenBound,
  MOST_TOKENS_PER_CLIENT,
  TOKENS_PER_DELETION,
} from '../../src/grants/client-token-bound.js';
import { createMemoryTables } from '../../src/memory/tables.js';
import { openStore } from '../../src/storage/open-store.js';
import type { ClientTokenRecord, Store } from '../../src/storage/ports/index.js';
import { client, NOW } from '../storage/fixtures.js';

describe('the opaque tokens of a client that acts for itself', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(await createDatabase('sqlite'));
  });
  afterAll(() => store.close());

  /** A client and what writes its tokens, each of which expires after the ones before. */
  async function seedClient() {
    const { id: clientId } = client();
    await store.clients.create(client({ id: clientId }));
    let serial = 0;
    const next = (): ClientTokenRecord => {
      serial += 1;
      return {
        hash: `${clientId} ${serial}`,
        clientId,
        scopes: [],
        audience: [],
        binding: 'none',
        issuedAt: NOW,
        expiresAt: NOW + serial,
        credentialsVersion: 0,
      };
    };
    const kept = async () => {
      const found = await Promise.all(
        Array.from({ length: serial }, (_, index) => store.clientTokens.find(`${clientId} ${index + 1}`)),
      );
      return found.flatMap((token) => (token === undefined ? [] : [token.expiresAt - NOW]));
    };
    return { next, kept };
  }
  const newProcess = () => createClientTokenBound(store.clientTokens, createMemoryTables(), () => NOW);
  const addAll = async (
    add: (token: ClientTokenRecord) => Promise<void>,
    next: () => ClientTokenRecord,
    count: number,
  ) => {
    for (let index = 0; index < count; index += 1) await add(next());
  };

  it('are bounded: the first to expire are deleted with the first token in each hundred', async () => {
    const { next, kept } = await seedClient();
    const add = newProcess();
    await addAll(add, next, MOST_TOKENS_PER_CLIENT + TOKENS_PER_DELETION);
    expect(await kept()).toHaveLength(MOST_TOKENS_PER_CLIENT + TOKENS_PER_DELETION - 1);
    await add(next());
    const left = await kept();
    expect(left).toHaveLength(MOST_TOKENS_PER_CLIENT);
    expect(Math.min(...left)).toBe(TOKENS_PER_DELETION + 2);
    // Another process has counted nothing.
    await addAll(add, next, 50);
    await newProcess()(next());
    expect(await kept()).toHaveLength(MOST_TOKENS_PER_CLIENT);
  });

  it('are bounded after a token that could not be written, too', async () => {
    const { next, kept } = await seedClient();
    const add = newProcess();
    await addAll(add, next, MOST_TOKENS_PER_CLIENT + 20);
    const last = next();
    await add(last);
    await expect(add(last)).rejects.toThrow();
    await add(next());
    expect(await kept()).toHaveLength(MOST_TOKENS_PER_CLIENT);
  });
});
