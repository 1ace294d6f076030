import type { MemoryTables } from '../memory/tables.js';
import { OAuthError } from '../protocol/index.js';

/** Half of the threads that Node has for such work: the others stay free for passwords, files and names. */
const MOST_RUNNING = 2;

/** Some two seconds of RSA signatures. */
const MOST_WAITING = 2000;

/** Limits the signatures that are made on threads. */
export interface SigningQueue {
  /**
   * Runs a signature in its turn.
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
            'Too many tokens are being signed. Try again shortly',
          );
        }
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
      try {
        return await sign();
      } finally {
        // The place goes to the next without being free in between.
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
