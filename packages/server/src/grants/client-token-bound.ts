import type { Clock } from '../crypto/clock.js';
import { createBoundedCache } from '../memory/bounded-cache.js';
import type { MemoryTables } from '../memory/tables.js';
import type { ClientTokenRecord, ClientTokenStore } from '../storage/ports/index.js';

/**
 * The most opaque access tokens that one client has for itself. A client that requests a token for each of its calls
 * leaves no more rows: the tokens that expire first are deleted before they expire.
 */
export const MOST_TOKENS_PER_CLIENT = 1000;

/**
 * How many tokens of a client are written for each deletion, which reads all of the client's tokens. A client can have
 * one fewer than this above the bound for each server process.
 */
export const TOKENS_PER_DELETION = 100;

/** The clients whose tokens are counted. The next token of one that was evicted comes with a deletion. */
const MOST_COUNTED_CLIENTS = 10_000;

/**
 * Writes a client's own token, and now and then deletes what the client has too many of.
 *
 * @returns when the token is written
 */
export type AddClientToken = (token: ClientTokenRecord) => Promise<void>;

/** Keeps the number of each client's tokens bounded at a cost that most requests do not pay. */
export function createClientTokenBound(
  store: Pick<ClientTokenStore, 'create'>,
  tables: MemoryTables,
  clock: Clock,
): AddClientToken {
  const written = createBoundedCache<number>(tables, clock, {
    name: 'tokens by client since the last deletion',
    maxEntries: MOST_COUNTED_CLIENTS,
  });
  return async (token) => {
    const count = written.get(token.clientId) ?? 0;
    written.set(token.clientId, (count + 1) % TOKENS_PER_DELETION);
    try {
      await store.create(token, count === 0 ? MOST_TOKENS_PER_CLIENT : undefined);
    } catch (error) {
      // The deletion may not have been made: the next token comes with one.
      written.delete(token.clientId);
      throw error;
    }
  };
}
