import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { createBoundedCache } from '../memory/bounded-cache.js';
import type { MemoryTables } from '../memory/tables.js';
import type { RateLimitStore, RateLimitWindow } from '../storage/ports/index.js';
import type { ExactLimit, LimitSettings } from './limit.js';
import { MAX_KEYS } from './memory-limits.js';

/** The state of a shared window in this process. */
interface Window {
  /** The count of this process. */
  own: number;
  /** Whether all processes together have reached the limit. Nothing more is written until the window ends. */
  isUsedUp: boolean;
  endsAt: number;
}

export interface ExactLimitDependencies {
  readonly tables: MemoryTables;
  readonly clock: Clock;
  /** @returns undefined if the database cannot count now */
  readonly add: (key: string, cost: number, endsAt: number) => Promise<RateLimitWindow | undefined>;
  readonly reset: RateLimitStore['reset'];
}

/**
 * A limit that counts every attempt in the database. A limit that is known to be reached needs no query until its shared
 * window ends.
 */
export function createExactLimit(
  { tables, clock, add, reset }: ExactLimitDependencies,
  { name, points, windowSeconds }: LimitSettings,
): ExactLimit {
  const windows = createBoundedCache<Window>(tables, clock, { name, maxEntries: MAX_KEYS });
  const sharedKey = (key: string) => sha256(`${name}\n${key}`);

  function windowOf(key: string): Window {
    const now = clock();
    const found = windows.get(key);
    if (found !== undefined && found.endsAt > now) return found;
    const window = { own: 0, isUsedUp: false, endsAt: now + windowSeconds };
    windows.set(key, window);
    return window;
  }

  return {
    async count(key, cost = 1) {
      const window = windowOf(key);
      const usage = (used: number) => ({
        limit: points,
        used,
        resetSeconds: Math.max(1, window.endsAt - clock()),
      });
      if (window.isUsedUp || window.own >= points) return usage(points + 1);
      window.own += cost;
      const shared = await add(sharedKey(key), cost, clock() + windowSeconds);
      if (shared === undefined) return usage(window.own);
      window.endsAt = shared.endsAt;
      if (shared.used > points) {
        // A refused attempt is not counted.
        window.own -= cost;
        window.isUsedUp = true;
        await add(sharedKey(key), -cost, clock() + windowSeconds);
      }
      return usage(shared.used);
    },
    async refund(key) {
      const window = windowOf(key);
      window.own = Math.max(0, window.own - 1);
      window.isUsedUp = false;
      await add(sharedKey(key), -1, clock() + windowSeconds);
    },
    async reset(key) {
      windows.delete(key);
      await reset(sharedKey(key));
    },
  };
}
