import type { Clock } from '../crypto/clock.js';
import { createBoundedCache } from '../memory/bounded-cache.js';
import type { MemoryTables } from '../memory/tables.js';
import type { Limit, LimitSettings, Limits } from './limit.js';

/**
 * The most keys that one limit remembers, a few megabytes. An attacker with more networks than this is not held by
 * a limit per network anyhow.
 */
export const MAX_KEYS = 20_000;

interface Window {
  used: number;
  readonly endsAt: number;
}

/** Limits of one process. A key that was used longest ago is forgotten when a table is full. */
export function createMemoryLimits(tables: MemoryTables, clock: Clock): Limits {
  const create = (settings: LimitSettings) => createMemoryLimit(tables, clock, settings);
  return { exact: create, approximate: create };
}

export function createMemoryLimit(
  tables: MemoryTables,
  clock: Clock,
  { name, points, windowSeconds }: LimitSettings,
): Limit {
  const windows = createBoundedCache<Window>(tables, clock, {
    name,
    maxEntries: MAX_KEYS,
    ttlSeconds: windowSeconds,
  });
  return {
    async count(key, cost = 1) {
      const now = clock();
      let window = windows.get(key);
      if (window === undefined || window.endsAt <= now) {
        window = { used: 0, endsAt: now + windowSeconds };
        windows.set(key, window);
      }
      const isRefused = window.used >= points;
      if (!isRefused) window.used += cost;
      return {
        limit: points,
        used: isRefused ? points + 1 : window.used,
        resetSeconds: Math.max(1, window.endsAt - now),
      };
    },
    async refund(key) {
      const window = windows.get(key);
      if (window !== undefined && window.used > 0) window.used -= 1;
    },
    async reset(key) {
      windows.delete(key);
    },
  };
}
