/**
 * Sign-ins from one address, each with an invented login. The address soon exceeds its limit. Memory must not grow,
 * since nothing is stored for a refused login.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Attack, below } from '../attack.ts';
import { inspectable, liveMegabytes } from '../live-memory.ts';
import { freePort, startGrantor } from '../programs.ts';
import { inParallel, openSignInForm } from '../sign-in-form.ts';

/** Attempts before memory is measured, so that the server is warm. */
const WARM_UP = 2000;
/** Half a kilobyte that is kept for each attempt exceeds it, in the short run too. */
const MOST_GROWTH_MEGABYTES = 2;

export const run: Attack = async ({ short, signal }) => {
  const attempts = short ? 6000 : 30_000;
  const folder = await mkdtemp(join(tmpdir(), 'grantor-attack-'));
  const inspector = await freePort();
  const server = await startGrantor({
    GRANTOR_DATABASE_URL: `sqlite:${join(folder, 'grantor.db')}`,
    ...inspectable(inspector),
  });
  try {
    const form = await openSignInForm(server.port, '127.0.0.1', { keepAlive: true });
    const statuses = new Map<number, number>();
    const attack = (times: number) =>
      inParallel(times, 30, async (index) => {
        if (signal.aborted) return;
        const login = `invented-${index}-${Math.random()}`;
        const { status } = await form.send('127.0.0.1', login, 'a guess');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      });
    await attack(WARM_UP);
    const before = await liveMegabytes(inspector);
    const start = performance.now();
    await attack(attempts);
    const seconds = (performance.now() - start) / 1000;
    const after = await liveMegabytes(inspector);
    const tried = statuses.get(400) ?? 0;
    return [
      below('memory that is kept of the attempts', Math.max(0, after - before), MOST_GROWTH_MEGABYTES, 'MB'),
      below('attempts whose password was looked at', tried, 101, ''),
      {
        figure: `answers by status in ${Math.round(seconds)} s (memory ${Math.round(before)} to ${Math.round(after)} MB)`,
        value: [...statuses].map(([status, count]) => `${status}: ${count}`).join(', '),
        bound: '429 past the limit',
        held: (statuses.get(429) ?? 0) > 0,
      },
    ];
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
