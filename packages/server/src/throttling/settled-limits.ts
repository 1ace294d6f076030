import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { createBoundedCache } from '../memory/bounded-cache.js';
import type { MemoryTables } from '../memory/tables.js';
import type { RateLimitCount, RateLimitWindow } from '../storage/ports/index.js';
import type { Limit, LimitSettings } from './limit.js';
import { MAX_KEYS } from './memory-limits.js';

/** The share of a limit that one process counts before it settles at once, instead of within a second. */
const SHARE = 10;

/** The most windows that wait to be settled. Others are counted in this process only. */
const MAX_UNSETTLED = 5000;

interface Window {
  /** The last known count of all processes. */
  known: number;
  /** The counts of this process that are not yet settled. */
  pending: number;
  endsAt: number;
}

export interface SettledLimitsDependencies {
  readonly tables: MemoryTables;
  readonly clock: Clock;
  /** @returns undefined if the database cannot count now */
  readonly addAll: (counts: readonly RateLimitCount[]) => Promise<readonly RateLimitWindow[] | undefined>;
}

export interface SettledLimits {
  readonly create: (settings: LimitSettings) => Limit;
  readonly settle: () => Promise<void>;
}

/**
 * Limits that are counted in memory and settled with the other processes in batches, so that no request waits for the
 * database. Together, the processes can exceed a limit by a tenth of it for each other process, and by the requests that
 * arrive while a batch is sent.
 */
export function createSettledLimits({ tables, clock, addAll }: SettledLimitsDependencies): SettledLimits {
  const unsettled = new Map<string, Window>();
  tables.announce({
    name: 'counts to be settled with other processes',
    maxEntries: MAX_UNSETTLED,
    eviction: 'refuses new entries',
    size: () => unsettled.size,
  });
  let settling: Promise<void> | undefined;

  async function settleNow(): Promise<void> {
    const batch = [...unsettled];
    unsettled.clear();
    if (batch.length === 0) return;
    const counts = batch.map(([key, window]) => {
      const cost = window.pending;
      window.known += cost;
      window.pending = 0;
      return { key, cost, endsAt: window.endsAt };
    });
    const windows = await addAll(counts);
    const byKey = new Map(batch);
    for (const { key, used, endsAt } of windows ?? []) {
      const window = byKey.get(key);
      if (window === undefined) continue;
      window.known = used;
      window.endsAt = endsAt;
    }
  }

  function settle(): Promise<void> {
    settling ??= settleNow().finally(() => {
      settling = undefined;
    });
    return settling;
  }

  function create({ name, points, windowSeconds }: LimitSettings): Limit {
    const windows = createBoundedCache<Window>(tables, clock, { name, maxEntries: MAX_KEYS });

    function windowOf(key: string): Window {
      const now = clock();
      const found = windows.get(key);
      if (found !== undefined && found.endsAt > now) return found;
      const window = { known: 0, pending: 0, endsAt: now + windowSeconds };
      windows.set(key, window);
      return window;
    }

    function add(key: string, window: Window, cost: number): void {
      window.pending += cost;
      const shared = sha256(`${name}\n${key}`);
      if (unsettled.size < MAX_UNSETTLED || unsettled.has(shared)) unsettled.set(shared, window);
      if (window.pending * SHARE >= points) void settle();
    }

    return {
      async count(key, cost = 1) {
        const window = windowOf(key);
        const isRefused = window.known + window.pending >= points;
        if (!isRefused) add(key, window, cost);
        return {
          limit: points,
          used: isRefused ? points + 1 : window.known + window.pending,
          resetSeconds: Math.max(1, window.endsAt - clock()),
        };
      },
      async refund(key) {
        const window = windowOf(key);
        if (window.known + window.pending > 0) add(key, window, -1);
      },
    };
  }

  return { create, settle };
}
