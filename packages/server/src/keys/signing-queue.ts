import type { MemoryTables } from '../memory/tables.js';
import { OAuthError } from '../protocol/index.js';

/** Half of the threads of libuv. The others stay free for passwords, files and name lookups. */
const MOST_RUNNING = 2;

/** About two seconds of RSA signatures. */
const MOST_WAITING = 2000;

/** Limits the signatures that are made on threads. */
export interface SigningQueue {
  /**
   * Queues a signature.
   *
   * @throws OAuthError `temporarily_unavailable` where too many wait
   */
  run(sign: () => Promise<Buffer>): Promise<Buffer>;
}

/** @param tables where it announces itself */
export function createSigningQueue(tables: MemoryTables): SigningQueue {
  const waiting: (() => void)[] = [];
  let running = 0;
  tables.announce({
    name: 'signatures that wait for a thread',
    maxEntries: MOST_WAITING,
    eviction: 'refuses new entries',
    size: () => waiting.length,
  });
  return {
    async run(sign) {
      if (running < MOST_RUNNING) running += 1;
      else {
        if (waiting.length >= MOST_WAITING) {
          throw new OAuthError(
            'temporarily_unavailable',
            'The server is signing too many tokens. Send the request again later',
          );
        }
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
      try {
        return await sign();
      } finally {
        // The slot passes directly to the next task.
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
