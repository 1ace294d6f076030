import { runAfter } from '../../timers/timers.js';
import { StorageUnavailable } from '../ports/index.js';
import type { Unit } from '../sql/unit.js';
import type { Connection } from './connection.js';
import { isLocked, LOCKED } from './errors.js';

/** The most units that share a commit. It bounds how long other units wait for the write lock. */
const MOST_UNITS_PER_COMMIT = 256;

/** The most units that wait at once. More are refused without waiting. */
const MOST_WAITING_UNITS = 4096;

/** How often a unit is attempted while another process holds the write lock, and how long the pause between is. */
const MOST_ATTEMPTS = 100;
const PAUSE_MILLISECONDS = 20;

interface WaitingUnit {
  /** Runs the unit. It returns a function to call when the writes are on disk. */
  readonly perform: () => () => void;
  readonly reject: (error: unknown) => void;
  /** How many times another process had the write lock. */
  attempts: number;
}

/**
 * Lets the units of concurrent requests share one commit, and so one wait for the disk. Each unit runs in a savepoint: if it
 * fails, it alone is rolled back. No call returns before the commit.
 *
 * While another process has the write lock, the units wait here and not in SQLite, which would block the event loop. Their
 * number and the time are bounded.
 */
export class GroupCommit {
  readonly #connection: Connection;
  readonly #waiting: WaitingUnit[] = [];
  #scheduled = false;
  /** Called when no unit waits any more. */
  #onIdle: (() => void)[] = [];

  /** @param connection one whose statements fail at once where the file is locked (`busy_timeout` 0) */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * @returns what the unit returned, once its writes are on disk
   * @throws StorageUnavailable where another process keeps the write lock, or too many units wait for it
   */
  submit<T>(work: () => Unit<T>): Promise<T> {
    if (this.#waiting.length >= MOST_WAITING_UNITS) {
      return Promise.reject(new StorageUnavailable(`${LOCKED}; ${MOST_WAITING_UNITS} writes wait for it`));
    }
    return new Promise<T>((resolve, reject) => {
      const perform = () => {
        const value = this.#connection.performAll(work());
        return () => resolve(value);
      };
      this.#waiting.push({ perform, reject, attempts: 0 });
      this.#schedule();
    });
  }

  /** Resolves when all waiting units have been committed or refused. */
  async drain(): Promise<void> {
    if (this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle.push(resolve);
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the input of this turn of the event loop is read, so that requests that arrive together commit together.
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    const outcome = this.#commitBatch();
    if (this.#waiting.length === 0) {
      for (const idle of this.#onIdle.splice(0)) idle();
    } else if (outcome === 'locked') {
      this.#scheduled = true;
      runAfter(PAUSE_MILLISECONDS, () => this.#turn());
    } else this.#schedule();
  }

  #commitBatch(): 'settled' | 'locked' {
    const batch = this.#waiting.splice(0, MOST_UNITS_PER_COMMIT);
    let settle: readonly (() => void)[];
    try {
      // IMMEDIATE takes the write lock before the first read, so that no unit has to run again for it.
      this.#connection.control('BEGIN IMMEDIATE');
      settle = batch.map((unit) => this.#attempt(unit));
      this.#connection.control('COMMIT');
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.control('ROLLBACK');
      if (isLocked(error)) {
        this.#waiting.unshift(...batch);
        this.#countAttempt(error);
        return 'locked';
      }
      for (const unit of batch) unit.reject(error);
      return 'settled';
    }
    for (const resolve of settle) resolve();
    return 'settled';
  }

  /** All waiting units wait for the same lock. Those that have waited too long are refused. */
  #countAttempt(error: unknown): void {
    for (const unit of this.#waiting) unit.attempts += 1;
    // The first have waited longest.
    const patient = this.#waiting.findIndex(({ attempts }) => attempts < MOST_ATTEMPTS);
    const refused = this.#waiting.splice(0, patient === -1 ? this.#waiting.length : patient);
    for (const unit of refused) unit.reject(error);
  }

  /** @returns a function that settles the unit's promise after the commit */
  #attempt(unit: WaitingUnit): () => void {
    this.#connection.control('SAVEPOINT unit');
    try {
      const resolve = unit.perform();
      this.#connection.control('RELEASE unit');
      return resolve;
    } catch (error) {
      // After a full disk and similar errors SQLite rolls back the whole transaction: then the batch has failed. A lock of
      // another process concerns the whole batch, too.
      if (!this.#connection.inTransaction || isLocked(error)) throw error;
      this.#connection.control('ROLLBACK TO unit');
      this.#connection.control('RELEASE unit');
      return () => unit.reject(error);
    }
  }
}
