import type { ScopeStore } from '../storage/ports/index.js';
import { type Catalogue, createCatalogue } from './catalogue.js';

/** How often the catalogue is read again, in seconds: so long may a change that another process made take. */
export const CATALOGUE_SECONDS = 5;

/** The catalogue as this process knows it: in memory, so that no request pays for it. */
export interface ScopeCatalogue {
  /** As it was when it was last read. */
  current(): Catalogue;
  /**
   * The catalogue for a request that names these scopes. Where it knows all of them it costs nothing; else it is
   * read again, at most once a second, since another process may have added what is missing.
   */
  consult(names: readonly string[]): Promise<Catalogue>;
  /** Reads it again, as it is now at the latest. */
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
    // Of two at once, the one that began first may end last, and knows less.
    if (turn < applied) return;
    applied = turn;
    // As long as nothing changes it stays the same one, and so does what was made of it.
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
      // Strangers can make up names as fast as they like.
      if (now !== lastSearch.at) lastSearch = { at: now, reading: reload() };
      await lastSearch.reading;
      return catalogue;
    },
  };
}
