import type { Clock } from '../crypto/clock.js';
import type { MemoryTables } from '../memory/tables.js';
import type { RateLimitStore } from '../storage/ports/index.js';
import { createExactLimit } from './exact-limits.js';
import type { LimitSettings, Limits } from './limit.js';
import { createSettledLimits } from './settled-limits.js';

/** How long the limits count only in memory after a failure of the database, in seconds. */
const PAUSE_SECONDS = 5;

export interface SharedLimitsDependencies {
  readonly store: RateLimitStore;
  readonly tables: MemoryTables;
  readonly clock: Clock;
  /** Called when the database could not count, at most once in five seconds. */
  readonly onFailure: (error: unknown) => void;
}

export interface SharedLimits extends Limits {
  /** Settles the counts with the other processes. */
  settle(): Promise<void>;
}

/**
 * Limits that all processes on one database share. While the database cannot count, each process counts by itself, so that
 * limits do not refuse requests because of the database.
 */
export function createSharedLimits(dependencies: SharedLimitsDependencies): SharedLimits {
  const { store, tables, clock, onFailure } = dependencies;
  let pausedUntil = 0;

  /** @returns undefined if the database cannot count now */
  async function ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (clock() < pausedUntil) return undefined;
    try {
      return await work();
    } catch (error) {
      pausedUntil = clock() + PAUSE_SECONDS;
      onFailure(error);
      return undefined;
    }
  }

  const settled = createSettledLimits({
    tables,
    clock,
    addAll: (counts) => ask(() => store.addAll(counts, clock())),
  });

  const exact = (settings: LimitSettings) =>
    createExactLimit(
      {
        tables,
        clock,
        add: (key, cost, endsAt) => ask(() => store.add({ key, cost, endsAt }, clock())),
        async reset(key) {
          await ask(() => store.reset(key));
        },
      },
      settings,
    );

  return { exact, approximate: settled.create, settle: settled.settle };
}
