import type { Clock } from '../crypto/clock.js';
import type { MemoryTables } from '../memory/tables.js';
import type { ExactLimit, LimitSettings, Limits } from './limit.js';
import { createWindowTable } from './window-table.js';

/** The most keys of one limit, a few megabytes. Limits per network do not stop an attacker with more networks. */
export const MAX_KEYS = 20_000;

/** Limits of one process. A full table evicts the keys with the lowest counts. */
export function createMemoryLimits(tables: MemoryTables, clock: Clock): Limits {
  const create = (settings: LimitSettings) => createMemoryLimit(tables, clock, settings);
  return { exact: create, approximate: create };
}

function createMemoryLimit(
  tables: MemoryTables,
  clock: Clock,
  { name, points, windowSeconds }: LimitSettings,
): ExactLimit {
  const windows = createWindowTable(tables, clock, { name, maxEntries: MAX_KEYS });
  return {
    async count(key, cost = 1) {
      const now = clock();
      let window = windows.get(key) ?? { used: 0, endsAt: now + windowSeconds };
      const isRefused = window.used >= points;
      if (!isRefused) {
        window = { ...window, used: window.used + cost };
        windows.set(key, window);
      }
      return {
        limit: points,
        used: isRefused ? points + 1 : window.used,
        resetSeconds: Math.max(1, window.endsAt - now),
      };
    },
    async refund(key) {
      const window = windows.get(key);
      if (window !== undefined && window.used > 0) windows.set(key, { ...window, used: window.used - 1 });
    },
    async reset(key) {
      windows.delete(key);
    },
  };
}
