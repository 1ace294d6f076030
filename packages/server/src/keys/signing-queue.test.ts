import { expect, it } from 'vitest';
import { createMemoryTables } from '../memory/tables.js';
import { createSigningQueue } from './signing-queue.js';

const signature = Buffer.from('signature');

it('makes two signatures at a time on threads, and refuses more than 2000 that wait', async () => {
  const queue = createSigningQueue(createMemoryTables());
  const finish: (() => void)[] = [];
  const sign = () =>
    new Promise<Buffer>((resolve) => {
      finish.push(() => resolve(signature));
    });
  const taken = Array.from({ length: 2002 }, () => queue.run(sign));
  expect(finish).toHaveLength(2);
  await expect(queue.run(sign)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  for (let done = 0; done < taken.length; done += 1) {
    finish[done]?.();
    await taken[done];
    // The next one has begun.
    expect(finish).toHaveLength(Math.min(done + 3, taken.length));
  }
});

it('gives the place of a signature that fails to the next one', async () => {
  const queue = createSigningQueue(createMemoryTables());
  const failing = [1, 2, 3].map(() => queue.run(() => Promise.reject(new Error('no key'))));
  for (const result of await Promise.allSettled(failing)) expect(result.status).toBe('rejected');
  await expect(queue.run(() => Promise.resolve(signature))).resolves.toBe(signature);
});
