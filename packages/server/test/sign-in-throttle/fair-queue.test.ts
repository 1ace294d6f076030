import { describe, expect, it } from 'vitest';
import { createMemoryTables } from '../../src/memory/tables.js';
import { createFairQueue, QueueFull } from '../../src/throttling/fair-queue.js';

/** A queue whose work ends when the test says so, with the order in which it began. */
function setUp(settings: { readonly concurrency: number; readonly maxWaiting: number }) {
  const tables = createMemoryTables();
  const queue = createFairQueue(tables, { name: 'work', ...settings });
  const begun: string[] = [];
  const dropped: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    dropped,
    size: () => tables.list()[0]?.size(),
    add: (name: string, lane: string, isPreferred = false) => {
      const work = () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      };
      queue.run(lane, isPreferred, work).catch((error: unknown) => {
        expect(error).toBeInstanceOf(QueueFull);
        dropped.push(name);
      });
    },
    /** Ends the oldest work that is under way. */
    endOne: async () => {
      ends.shift()?.();
      await settled();
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a bounded queue with lanes', () => {
  it('runs no more work at once than its limit', async () => {
    const { add, begun, endOne } = setUp({ concurrency: 2, maxWaiting: 9 });
    for (const name of ['a', 'b', 'c']) add(name, 'one');
    await settled();
    expect(begun).toEqual(['a', 'b']);
    await endOne();
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('lets lanes take turns, so that a long lane delays itself', async () => {
    const { add, begun, endOne } = setUp({ concurrency: 1, maxWaiting: 9 });
    for (const name of ['a1', 'a2', 'a3', 'a4']) add(name, 'a');
    add('b1', 'b');
    for (let count = 0; count < 4; count += 1) {
      await settled();
      await endOne();
    }
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'a4']);
  });

  it('drops the newest of the longest lane to make room for another lane', async () => {
    const { add, dropped, begun, endOne, size } = setUp({ concurrency: 1, maxWaiting: 3 });
    for (const name of ['a1', 'a2', 'a3', 'a4']) add(name, 'a');
    add('b1', 'b');
    await settled();
    expect(dropped).toEqual(['a4']);
    expect(size()).toBe(3);
    await endOne();
    await endOne();
    expect(begun).toEqual(['a1', 'a2', 'b1']);
  });

  it('refuses what would make its own lane the longest, and never holds more than its bound', async () => {
    const { add, dropped, size } = setUp({ concurrency: 1, maxWaiting: 3 });
    for (let index = 0; index < 50; index += 1) add(`a${index}`, 'a');
    await settled();
    expect(dropped).toHaveLength(46);
    expect(size()).toBe(3);
    for (let index = 0; index < 50; index += 1) add(`lane ${index}`, `lane ${index}`);
    await settled();
    expect(size()).toBe(3);
  });

  it('takes preferred work first, and drops it last', async () => {
    const { add, dropped, begun, endOne } = setUp({ concurrency: 1, maxWaiting: 2 });
    add('running', 'a');
    add('b1', 'b');
    add('c1', 'c');
    add('known', 'browser', true);
    await settled();
    expect(dropped).toHaveLength(1);
    await endOne();
    expect(begun).toEqual(['running', 'known']);
  });

  it('gives one turn of four to work that is not preferred, with any amount of preferred work', async () => {
    const { add, begun, endOne } = setUp({ concurrency: 1, maxWaiting: 20 });
    add('running', 'a');
    for (let index = 0; index < 9; index += 1) add('known', `browser ${index}`, true);
    add('b1', 'b');
    add('c1', 'c');
    for (let count = 0; count < 8; count += 1) {
      await settled();
      await endOne();
    }
    const known = ['known', 'known', 'known'];
    expect(begun).toEqual(['running', ...known, 'b1', ...known, 'c1']);
  });

  it('continues after failed work', async () => {
    const queue = createFairQueue(createMemoryTables(), { name: 'work', concurrency: 1, maxWaiting: 1 });
    await expect(queue.run('a', false, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await queue.run('a', false, async () => 'done')).toBe('done');
  });
});
