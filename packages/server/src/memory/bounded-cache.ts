import { LRUCache } from 'lru-cache';
import type { Clock } from '../crypto/clock.js';
import type { MemoryTables } from './tables.js';

/** A cache with a fixed bound. At the bound, the entry that was used longest ago makes room. */
export interface BoundedCache<Value> {
  /** The value of a key; reading it counts as a use. Undefined if it is missing or expired. */
  get(key: string): Value | undefined;
  /** @param ttlSeconds how long this entry lives, in seconds, where it differs from the cache's */
  set(key: string, value: Value, ttlSeconds?: number): void;
  delete(key: string): void;
  /** The live entries, the most recently used first. */
  entries(): Iterable<readonly [key: string, value: Value]>;
  readonly size: number;
}

export interface BoundedCacheSettings {
  /** What it holds, in words; unique within a server. */
  readonly name: string;
  /** The most entries that it holds. */
  readonly maxEntries: number;
  /** How long an entry lives, in seconds; without it, until it is evicted. */
  readonly ttlSeconds?: number;
}

/**
 * A cache that is announced with its bound. It has no timers: an expired entry stays until it is read or evicted.
 *
 * @param tables where it announces itself
 * @param clock decides when an entry has expired
 */
export function createBoundedCache<Value extends object | string | number>(
  tables: MemoryTables,
  clock: Clock,
  { name, maxEntries, ttlSeconds }: BoundedCacheSettings,
): BoundedCache<Value> {
  const cache = new LRUCache<string, Value>({
    max: maxEntries,
    ...(ttlSeconds === undefined ? {} : { ttl: lastMillisecond(ttlSeconds) }),
    // The library caches the time for this many milliseconds; 0 reads the clock each time.
    ttlResolution: 0,
    perf: { now: () => clock() * 1000 },
  });
  tables.announce({ name, maxEntries, eviction: 'least recently used', size: () => cache.size });
  return {
    get: (key) => cache.get(key),
    set(key, value, ownSeconds) {
      cache.set(key, value, ownSeconds === undefined ? {} : { ttl: lastMillisecond(ownSeconds) });
    },
    delete(key) {
      cache.delete(key);
    },
    entries: () => cache.entries(),
    get size() {
      return cache.size;
    },
  };
}

/** The library still serves an entry whose age equals its TTL. At the second of its end an entry has expired. */
function lastMillisecond(ttlSeconds: number): number {
  return ttlSeconds * 1000 - 1;
}
