import type { Clock } from '../crypto/clock.js';
import type { MailTransport, Message } from './transport.js';

/** How many mails are kept. */
const MOST_CAUGHT = 50;

/** A mail that was caught instead of sent. */
export interface CaughtMail extends Message {
  /** Seconds since the epoch. */
  readonly at: number;
}

/** Keeps mails in memory instead of sending them, for development. */
export interface MailCatcher extends MailTransport {
  /** The last mails, the newest first. */
  caught(): readonly CaughtMail[];
}

export function createMailCatcher(clock: Clock): MailCatcher {
  const kept: CaughtMail[] = [];
  return {
    caught: () => kept,
    connect: async () => ({
      async send(message, handOver) {
        await handOver();
        kept.unshift({ ...message, at: clock() });
        kept.length = Math.min(kept.length, MOST_CAUGHT);
      },
      close() {},
    }),
  };
}
