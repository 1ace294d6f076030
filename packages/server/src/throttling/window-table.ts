import type { Clock } from '../crypto/clock.js';
import type { MemoryTables } from '../memory/tables.js';

/** What one key has used within its window. */
export interface Window {
  readonly used: number;
  /** In seconds since the epoch. */
  readonly endsAt: number;
}

/** The windows of one limit. An expired window is as if it were not there. */
export interface WindowTable {
  get(key: string): Window | undefined;
  set(key: string, window: Window): void;
  delete(key: string): void;
}

/**
 * Windows with a fixed bound. A full table forgets one of those that have counted least, the oldest first: if it were
 * the one that was used longest ago, an attacker could reset a counter by one request for each of many other keys.
 * To reset a counter of n attempts this way takes about half of n attempts for each of the other keys.
 *
 * @param tables where it announces itself
 */
export function createWindowTable(
  tables: MemoryTables,
  clock: Clock,
  { name, maxEntries }: { readonly name: string; readonly maxEntries: number },
): WindowTable {
  const windows = new Map<string, Window>();
  /** The keys by the binary digits of what they have used, each in the order of their last change. */
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
    // At most once a second: it looks at every window.
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

/** How many binary digits the count has: 0 for 0, 1 for 1, 2 for 2 and 3, 3 for 4 to 7. */
function levelOf({ used }: Window): number {
  return 32 - Math.clz32(Math.max(0, used));
}
