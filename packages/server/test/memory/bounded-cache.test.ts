import { describe, expect, it } from 'vitest';
import { createBoundedCache } from '../../src/memory/bounded-cache.js';
import { createMemoryTables } from '../../src/memory/tables.js';

describe('a bounded cache', () => {
  it('evicts the least recently used entry when it is full', () => {
    const cache = createBoundedCache<number>(createMemoryTables(), () => 1, { name: 'test', maxEntries: 2 });
    cache.set('one', 1);
    cache.set('two', 2);
    expect(cache.get('one')).toBe(1);
    cache.set('three', 3);
    expect([...cache.entries()].map(([key]) => key)).toEqual(['three', 'one']);
    expect(cache.get('two')).toBeUndefined();
    expect(cache.size).toBe(2);
  });

  it('never has more entries than its bound', () => {
    const cache = createBoundedCache<number>(createMemoryTables(), () => 1, { name: 'test', maxEntries: 10 });
    for (let index = 0; index < 1000; index += 1) cache.set(`key ${index}`, index);
    expect(cache.size).toBe(10);
  });

  it('removes an entry after its lifetime', () => {
    let now = 1000;
    const cache = createBoundedCache<number>(createMemoryTables(), () => now, {
      name: 'test',
      maxEntries: 10,
      ttlSeconds: 60,
    });
    cache.set('usual', 1);
    cache.set('short', 1, 5);
    now += 6;
    expect(cache.get('short')).toBeUndefined();
    expect(cache.get('usual')).toBe(1);
    now += 55;
    expect(cache.get('usual')).toBeUndefined();
  });
});

describe('an entry of a bounded cache at the very second of its end', () => {
  it.each([
    ['by the time of the cache', undefined, 60],
    ['by a time of its own', 5, 5],
    ['by no time at all', 0, 0],
  ])('has expired %s, and not before', (_what, ownSeconds, seconds) => {
    let now = 1000;
    const cache = createBoundedCache<number>(createMemoryTables(), () => now, {
      name: 'test',
      maxEntries: 10,
      ttlSeconds: 60,
    });
    cache.set('key', 1, ownSeconds);
    if (seconds > 0) {
      now += seconds - 1;
      expect(cache.get('key')).toBe(1);
      now += 1;
    }
    expect(cache.get('key')).toBeUndefined();
  });
});

describe('the tables in memory', () => {
  it('list every cache with its name, bound, eviction and present size', () => {
    const tables = createMemoryTables();
    const cache = createBoundedCache<number>(tables, () => 1, { name: 'pictures', maxEntries: 3 });
    cache.set('key', 1);
    expect(tables.list().map((table) => ({ ...table, size: table.size() }))).toEqual([
      { name: 'pictures', maxEntries: 3, eviction: 'least recently used', size: 1 },
    ]);
  });

  it('refuse a second table of one name, and a table without a bound', () => {
    const tables = createMemoryTables();
    const announce = (name: string, maxEntries: number) => () =>
      createBoundedCache(tables, () => 1, { name, maxEntries });
    announce('pictures', 3)();
    expect(announce('pictures', 3)).toThrow('Two tables in memory are called pictures');
    expect(() =>
      tables.announce({
        name: 'endless',
        maxEntries: Number.POSITIVE_INFINITY,
        eviction: 'least recently used',
        size: () => 0,
      }),
    ).toThrow('The table endless needs a bound');
  });
});
