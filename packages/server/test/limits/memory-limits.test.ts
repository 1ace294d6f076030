import { describe, expect, it } from 'vitest';
import { createMemoryTables } from '../../src/memory/tables.js';
import type { Limit } from '../../src/throttling/limit.js';
import { createMemoryLimits, MAX_KEYS } from '../../src/throttling/memory-limits.js';

describe('a limit in memory whose table is full', () => {
  const setUp = () => {
    const tables = createMemoryTables();
    let now = 1_800_000_000;
    const limit = createMemoryLimits(tables, () => now).exact({
      name: 'test',
      points: 50,
      windowSeconds: 60,
    });
    return {
      limit,
      size: () => tables.list()[0]?.size(),
      wait: (seconds: number) => {
        now += seconds;
      },
    };
  };
  const countTimes = async (limit: Limit, key: string, times: number) => {
    for (let time = 0; time < times; time += 1) await limit.count(key);
  };
  const invent = async (limit: Limit, keys: number, times = 1) => {
    for (let key = 0; key < keys; key += 1) await countTimes(limit, `invented ${key}`, times);
  };

  it('keeps a key with many attempts while many other keys have one attempt each', async () => {
    const { limit, size } = setUp();
    await countTimes(limit, 'attacked', 50);
    await invent(limit, MAX_KEYS + 500);
    expect(size()).toBe(MAX_KEYS);
    expect((await limit.count('attacked')).used).toBe(51);
  });

  it('evicts the key with the fewest and oldest attempts', async () => {
    const { limit } = setUp();
    await countTimes(limit, 'attacked', 2);
    await limit.count('once');
    await invent(limit, MAX_KEYS - 1);
    expect((await limit.count('once')).used).toBe(1);
    expect((await limit.count('attacked')).used).toBe(3);
  });

  it('does not count a refunded attempt', async () => {
    const { limit } = setUp();
    await countTimes(limit, 'refunded', 4);
    for (let time = 0; time < 4; time += 1) await limit.refund('refunded');
    await limit.count('kept');
    await invent(limit, MAX_KEYS - 1);
    expect((await limit.count('kept')).used).toBe(2);
  });

  it('evicts expired keys first', async () => {
    const { limit, size, wait } = setUp();
    await invent(limit, MAX_KEYS, 4);
    wait(60);
    await limit.count('first');
    await limit.count('second');
    expect((await limit.count('first')).used).toBe(2);
    expect(size()).toBe(2);
  });
});
