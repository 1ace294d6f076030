/*
 * The other process of a race. It opens a store on a URL, reports that, and performs one task for each line of its input. Its
 * results are lines of JSON.
 */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { openStore } from '../../src/storage/open-store.js';
import type { Store } from '../../src/storage/ports/index.js';
import type { Task } from './other-process.js';

const LOCK_HELD_MILLISECONDS = 300;

const url = process.argv[2] ?? '';
const store = await openStore(url);
answer(['ready']);
for await (const line of createInterface({ input: process.stdin }))
  await work(store, JSON.parse(line) as Task);
await store.close();

async function work(opened: Store, task: Task): Promise<void> {
  if ('redeem' in task) {
    const redeem = ({ hash, grantId }: { hash: string; grantId: string }) => {
      const refreshToken = {
        familyHash: randomUUID(),
        hash: randomUUID(),
        createdAt: task.now,
        expiresAt: task.now + 60,
        binding: 'none' as const,
      };
      return opened.grants.redeemCode(hash, { grantId, accessToken: null, refreshToken }, task.now);
    };
    answer(await Promise.all(task.redeem.map(redeem)));
    return;
  }
  // As a backup tool might.
  const file = new BetterSqlite3(task.holdWriteLock);
  file.exec('BEGIN IMMEDIATE');
  file.exec('INSERT INTO health_checks VALUES (99, 99)');
  answer(['held']);
  await pause(LOCK_HELD_MILLISECONDS);
  file.exec('COMMIT');
  file.close();
}

function answer(words: readonly string[]): void {
  process.stdout.write(`${JSON.stringify(words)}\n`);
}
