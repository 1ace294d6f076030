import type { ScopeStore } from '../storage/ports/index.js';
import { type Catalogue, createCatalogue } from './catalogue.js';

/** How often the catalogue is read again, in seconds. A change by another process takes effect within this time. */
export const CATALOGUE_SECONDS = 5;

/** The catalogue in memory, so that requests need no query. */
export interface ScopeCatalogue {
  /** The catalogue at the time of the last read. */
  current(): Catalogue;
  /**
   * The catalogue for a request that names these scopes. If one of them is unknown, the catalogue is read again, at
   * most once a second, since another process may have added the scope.
   */
  consult(names: readonly string[]): Promise<Catalogue>;
  /** Reads it again. The result is at least as new as the call. */
  reload(): Promise<void>;
}

/**
 * Reads the catalogue for the first time.
 *
 * @param refreshTokens whether the deployment issues refresh tokens, without which `offline_access` is not offered
 */
export async function loadScopeCatalogue(
  store: Pick<ScopeStore, 'load'>,
  clock: () => number,
  refreshTokens: boolean,
): Promise<ScopeCatalogue> {
  let catalogue = createCatalogue([], [], refreshTokens);
  let content = '';
  let started = 0;
  let applied = 0;
  let lastSearch = { at: Number.NEGATIVE_INFINITY, reading: Promise.resolve() };

  async function reload(): Promise<void> {
    started += 1;
    const turn = started;
    const { groups, scopes } = await store.load();
    const read = JSON.stringify([groups, scopes]);
    // Of two concurrent reads, the one that began first may end last and be older.
    if (turn < applied) return;
    applied = turn;
    // The object stays the same while nothing changes, so that values derived from it stay cached.
    if (read !== content) catalogue = createCatalogue(groups, scopes, refreshTokens);
    content = read;
  }

  await reload();
  return {
    current: () => catalogue,
    reload,
    async consult(names) {
      if (names.every((name) => catalogue.find(name) !== undefined)) return catalogue;
      const now = clock();
      // Anyone can send unknown names at any rate.
      if (now !== lastSearch.at) lastSearch = { at: now, reading: reload() };
      await lastSearch.reading;
      return catalogue;
    },
  };
}
