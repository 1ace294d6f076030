/**
 * Sign-ins from one address, each with an invented login. The address is soon over its limit; memory must stay where
 * it was, since nothing is kept for a login that is refused.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Attack, below } from '../attack.ts';
import { startGrantor } from '../programs.ts';
import { inParallel, openSignInForm } from '../sign-in-form.ts';

/** Attempts before memory is measured, so that the server is warm. */
const WARM_UP = 500;
/** Long logins make what is kept of them visible. */
const LOGIN_LENGTH = 2000;
const MOST_GROWTH_MEGABYTES = 100;

export const run: Attack = async ({ short, signal }) => {
  const attempts = short ? 3000 : 60_000;
  const folder = await mkdtemp(join(tmpdir(), 'grantor-attack-'));
  const server = await startGrantor({ GRANTOR_DATABASE_URL: `sqlite:${join(folder, 'grantor.db')}` });
  try {
    const form = await openSignInForm(server.port, '127.0.0.1');
    const statuses = new Map<number, number>();
    const attack = (times: number) =>
      inParallel(times, 30, async (index) => {
        if (signal.aborted) return;
        const login = `${statuses.size}-${index}-${Math.random()}-`.padEnd(LOGIN_LENGTH, 'x');
        const { status } = await form.send('127.0.0.1', login, 'a guess');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      });
    await attack(WARM_UP);
    const before = await megabytesOf(server.pid);
    const start = performance.now();
    await attack(attempts);
    const seconds = (performance.now() - start) / 1000;
    const after = await megabytesOf(server.pid);
    const tried = statuses.get(400) ?? 0;
    return [
      below('resident memory that the attempts added', after - before, MOST_GROWTH_MEGABYTES, 'MB'),
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

async function megabytesOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}
