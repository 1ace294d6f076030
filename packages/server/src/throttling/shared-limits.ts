import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { MemoryTables } from '../memory/tables.js';
import type { RateLimitStore } from '../storage/ports/index.js';
import { type Limit, type LimitSettings, type Limits, waitOf } from './limit.js';
import { createMemoryLimit } from './memory-limits.js';
import { createSettledLimits } from './settled-limits.js';

/** After a failure of the database the limits count in memory alone for so long, in seconds. */
const PAUSE_SECONDS = 5;

export interface SharedLimitsDependencies {
  readonly store: RateLimitStore;
  readonly tables: MemoryTables;
  readonly clock: Clock;
  /** Told of a database that could not count; at most once every five seconds. */
  readonly onFailure: (error: unknown) => void;
}

export interface SharedLimits extends Limits {
  /** Tells the other processes what this one has counted, and learns what they have. */
  settle(): Promise<void>;
}

/**
 * Limits that all processes on one database share. While the database cannot count, each process counts for itself:
 * a limit never stops the requests that it is there to keep possible.
 */
export function createSharedLimits(dependencies: SharedLimitsDependencies): SharedLimits {
  const { store, tables, clock, onFailure } = dependencies;
  let pausedUntil = 0;

  /** @returns undefined where the database cannot count now */
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

  function exact(settings: LimitSettings): Limit {
    // What this process alone has refused needs no question to the database.
    const local = createMemoryLimit(tables, clock, settings);
    const { name, points, windowSeconds } = settings;
    const keyOf = (key: string) => sha256(`${name}\n${key}`);
    const add = (key: string, cost: number) =>
      ask(() => store.add({ key: keyOf(key), cost, endsAt: clock() + windowSeconds }, clock()));
    return {
      async count(key, cost = 1) {
        const standing = await local.count(key, cost);
        if (waitOf(standing) > 0) return standing;
        const window = await add(key, cost);
        if (window === undefined) return standing;
        const { used, endsAt } = window;
        // What is refused is not counted.
        if (used > points) await add(key, -cost);
        return { limit: points, used, resetSeconds: Math.max(1, endsAt - clock()) };
      },
      async refund(key) {
        await local.refund(key);
        await add(key, -1);
      },
      async reset(key) {
        await local.reset(key);
        await ask(() => store.reset(keyOf(key)));
      },
    };
  }

  return { exact, approximate: settled.create, settle: settled.settle };
}
