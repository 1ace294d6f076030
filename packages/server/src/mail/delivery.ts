import type { Clock } from '../crypto/clock.js';
import type { ClaimedMail, MailStore } from '../storage/ports/index.js';
import type { Repeat } from '../timers/timers.js';
import { type MailConnection, MailRefused, type MailTransport, type Message } from './transport.js';

/** The waits after the first, second, … failed attempt; the last one repeats until the mail expires. */
const RETRY_AFTER_SECONDS = [10, 30, 120, 600, 1800] as const;

/** How long a process may hold a mail before its hand-over: longer than that can take. */
const LEASE_SECONDS = 180;

/**
 * After this time, a mail that was handed over without a recorded reply was left by a process that ended: a live one
 * waits for the reply no longer than ten minutes.
 */
const UNDECIDED_SECONDS = 900;

/** How long a mail in doubt waits for the decision of an administrator. */
const DECISION_SECONDS = 7 * 86_400;

/** How many mails one process sends at once, each over a connection of its own. */
const MOST_AT_ONCE = 4;

/** How long a process leaves a mail server alone that it could not connect to. */
const PAUSE_SECONDS = 10;

/** How often to look for mails that are due. */
const INTERVAL_SECONDS = 5;

const ROWS_PER_BATCH = 100;

/** The event of a mail, for the log. It names no address. */
export interface MailEvent {
  readonly id: string;
  readonly template: string;
  readonly attempts: number;
}

export interface MailDeliveryDependencies {
  readonly mails: Omit<MailStore, 'add' | 'list' | 'sendAgain' | 'delete'>;
  readonly transport: MailTransport;
  /** @returns undefined if the mail cannot be decrypted */
  readonly read: (mail: ClaimedMail) => Promise<Message | undefined>;
  readonly clock: Clock;
  readonly repeat: Repeat;
  /** A mail that is never sent. */
  readonly onGivenUp: (mail: MailEvent, reason: string) => void;
  /** The mail server could not be reached, or refused a mail for now. */
  readonly onPutOff: (mail: MailEvent, reason: string) => void;
  /** A process ended before it could record the reply of the mail server. An administrator decides about the mail. */
  readonly onUndecided: (mail: MailEvent) => void;
  /** Called with failures of this server. */
  readonly onFailure: (error: unknown) => void;
}

export interface MailDelivery {
  /** Starts to send the mails that are due, and does not wait for it. */
  wake(): void;
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>;
  /** Claims no more mails, and waits for those that are being sent. */
  stop(): Promise<void>;
}

/** Without its content, which is encrypted but not for the log. */
const eventOf = ({ id, template, attempts }: ClaimedMail): MailEvent => ({ id, template, attempts });

/** The hand-over of a mail that another process has claimed meanwhile. */
class Lost extends Error {}

/**
 * Sends the mails that wait, in any number of processes.
 *
 * A mail server delivers a mail after it has received the end of its data (RFC 5321 §4.1.1.4). Just before that end is
 * sent, the row is marked as handed over. A process that ends before the mark has delivered nothing, and another process
 * sends the mail. A process that ends after it has delivered the mail, unless it ended before the next few bytes were written.
 * So the mail is not sent again unless an administrator decides so; it is logged.
 */
export function startMailDelivery(dependencies: MailDeliveryDependencies): MailDelivery {
  const { mails, transport, clock, repeat, onFailure, onGivenUp, onUndecided } = dependencies;
  const workers = new Set<Promise<void>>();
  let stopped = false;
  /** Whether a mail may have been added since the last claim. */
  let wanted = false;
  let pausedUntil = 0;

  const isActive = () => !stopped && clock() >= pausedUntil;

  /** Sends one mail after the other over one connection until none is due. */
  async function work(): Promise<void> {
    let connection: MailConnection | undefined;
    try {
      while (isActive()) {
        wanted = false;
        const [mail] = await mails.claim(clock(), clock() + LEASE_SECONDS, 1);
        if (mail === undefined) return;
        if (workers.size < MOST_AT_ONCE) start();
        try {
          connection ??= await transport.connect();
        } catch (error) {
          pausedUntil = clock() + PAUSE_SECONDS;
          await failed(mail, error);
          return;
        }
        if (!(await deliver(mail, connection))) {
          connection.close();
          connection = undefined;
        }
      }
    } finally {
      connection?.close();
    }
  }

  /** @returns whether the connection can be used again */
  async function deliver(mail: ClaimedMail, connection: MailConnection): Promise<boolean> {
    const message = await dependencies.read(mail);
    if (message === undefined) {
      await mails.finish(mail);
      onGivenUp(eventOf(mail), 'it cannot be decrypted');
      return true;
    }
    try {
      await connection.send(message, async () => {
        if ((await mails.handOver(mail, clock())) === 'lost') throw new Lost();
      });
      await mails.finish(mail);
      return true;
    } catch (error) {
      if (!(error instanceof Lost)) await failed(mail, error);
      return false;
    }
  }

  async function failed(mail: ClaimedMail, error: unknown): Promise<void> {
    if (!(error instanceof MailRefused)) throw error;
    if (error.isPermanent) {
      await mails.finish(mail);
      return onGivenUp(eventOf(mail), error.message);
    }
    const wait = RETRY_AFTER_SECONDS[Math.min(mail.attempts, RETRY_AFTER_SECONDS.length) - 1];
    await mails.putOff(mail, clock() + (wait ?? 0));
    dependencies.onPutOff(eventOf(mail), error.message);
  }

  function wake(): void {
    wanted = true;
    if (!stopped && workers.size === 0) start();
  }

  function start(): void {
    const worker = work()
      .catch(onFailure)
      .finally(() => {
        workers.delete(worker);
        // A mail can have been added between the last claim and this moment.
        if (wanted && clock() >= pausedUntil) wake();
      });
    workers.add(worker);
  }

  async function sweep(): Promise<void> {
    const now = clock();
    for (const mail of await mails.markInDoubt(now - UNDECIDED_SECONDS, ROWS_PER_BATCH))
      onUndecided(eventOf(mail));
    for (const mail of await mails.takeUndecided(now - DECISION_SECONDS, ROWS_PER_BATCH))
      onGivenUp(eventOf(mail), 'it was in doubt for seven days');
    for (const mail of await mails.takeExpired(now, ROWS_PER_BATCH))
      onGivenUp(eventOf(mail), 'it has expired');
  }

  const idle = async () => {
    while (workers.size > 0) await Promise.all(workers);
  };
  const stopTimer = repeat(
    INTERVAL_SECONDS,
    async () => {
      await sweep();
      wake();
    },
    onFailure,
  );
  wake();
  return {
    wake,
    idle,
    async stop() {
      stopped = true;
      await stopTimer();
      await idle();
    },
  };
}
