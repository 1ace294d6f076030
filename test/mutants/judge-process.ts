import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Question, Verdict } from './judge.ts';

/** How long the tests of one file may take, in milliseconds. A change that makes them take longer is noticed by it. */
const MOST = 240_000;
/** How long a judge may take to end its workers and its database, in milliseconds. */
const GRACE = 15_000;

/** A process that runs tests. */
export interface Judge {
  /** @returns `stuck` where no verdict came; the judge has then ended */
  ask(question: Question): Promise<Verdict | 'stuck'>;
  stop(): Promise<void>;
}

/** Starts a process that runs tests, and waits until it can. @throws Error where it ends instead */
export async function startJudge(): Promise<Judge> {
  const child = fork(fileURLToPath(new URL('judge.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await messageOf(child);
  return {
    async ask(question) {
      child.send(question);
      const verdict = await Promise.race([messageOf(child), delay(MOST, 'stuck' as const, { ref: false })]);
      if (verdict === 'stuck') await stop(child);
      return verdict as Verdict | 'stuck';
    },
    stop: () => stop(child),
  };
}

async function messageOf(child: ChildProcess): Promise<unknown> {
  const listening = new AbortController();
  const options = { signal: listening.signal };
  const ended = once(child, 'exit', options).then(() => {
    throw new Error('The process that runs the tests ended');
  });
  try {
    const [message] = await Promise.race([once(child, 'message', options), ended]);
    return message;
  } finally {
    listening.abort();
    ended.catch(() => {});
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.send('stop');
  if ((await Promise.race([ended, delay(GRACE, 'late' as const, { ref: false })])) === 'late')
    child.kill('SIGKILL');
  await ended;
}
