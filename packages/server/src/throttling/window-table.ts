import type { Clock } from '../crypto/clock.js';
import type { MemoryTables } from '../memory/tables.js';

/** The count of one key in its window. */
export interface Window {
  readonly used: number;
  /** In seconds since the epoch. */
  readonly endsAt: number;
}

/** The windows of one limit. An expired window counts as missing. */
export interface WindowTable {
  get(key: string): Window | undefined;
  set(key: string, window: Window): void;
  delete(key: string): void;
}

/**
 * Windows with a fixed bound. A full table evicts a window with one of the lowest counts, the oldest first. If it evicted the
 * least recently used one, an attacker could reset a counter with one request for each of many other keys. To reset a
 * counter of n attempts this way takes about n/2 attempts for each of the other keys.
 *
 * @param tables where it announces itself
 */
export function createWindowTable(
  tables: MemoryTables,
  clock: Clock,
  { name, maxEntries }: { readonly name: string; readonly maxEntries: number },
): WindowTable {
  const windows = new Map<string, Window>();
  /** The keys by the number of binary digits of their count, each group in the order of the last change. */
  const levels: Set<string>[] = [];
  let sweptAt = clock();
  tables.announce({ name, maxEntries, eviction: 'counted least', size: () => windows.size });

  function remove(key: string): void {
    const window = windows.get(key);
    if (window === undefined) return;
    windows.delete(key);
    levels[levelOf(window)]?.delete(key);
  }

  function makeRoom(): void {
    const now = clock();
    // At most once a second, since it reads every window.
    if (now > sweptAt) {
      sweptAt = now;
      for (const [key, { endsAt }] of windows) if (endsAt <= now) remove(key);
    }
    if (windows.size < maxEntries) return;
    const [oldest] = levels.find((keys) => keys !== undefined && keys.size > 0) ?? [];
    if (oldest !== undefined) remove(oldest);
  }

  return {
    get(key) {
      const window = windows.get(key);
      return window !== undefined && window.endsAt > clock() ? window : undefined;
    },
    set(key, window) {
      remove(key);
      if (windows.size >= maxEntries) makeRoom();
      windows.set(key, window);
      const level = levelOf(window);
      levels[level] ??= new Set();
      levels[level].add(key);
    },
    delete: remove,
  };
}

/** The number of binary digits of a count: 0 for 0, 1 for 1, 2 for 2 and 3, 3 for 4 to 7. */
function levelOf({ used }: Window): number {
  return 32 - Math.clz32(Math.max(0, used));
}
