import type { Unit } from '../sql/unit.js';
import type { Connection } from './connection.js';

/** The most units that share a commit: it bounds how long others wait for the write lock. */
const MOST_UNITS_PER_COMMIT = 256;

interface WaitingUnit {
  /** Runs the unit; what it returns is called when its writes are on disk. */
  readonly perform: () => () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets the units of concurrent requests share one commit, and so one wait for the disk. Each unit runs
 * in a savepoint: when it fails, it alone is undone. Nobody is answered before the commit.
 */
export class GroupCommit {
  readonly #connection: Connection;
  readonly #waiting: WaitingUnit[] = [];
  #scheduled = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @returns what the unit returned, once its writes are on disk */
  submit<T>(work: () => Unit<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const perform = () => {
        const value = this.#connection.performAll(work());
        return () => resolve(value);
      };
      this.#waiting.push({ perform, reject });
      this.#schedule();
    });
  }

  /** Commits all that is waiting, now. */
  drain(): void {
    while (this.#waiting.length > 0) this.#commitBatch();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the input of this turn of the event loop was read: the requests that arrived together commit together.
    setImmediate(() => {
      this.#scheduled = false;
      this.#commitBatch();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #commitBatch(): void {
    const batch = this.#waiting.splice(0, MOST_UNITS_PER_COMMIT);
    if (batch.length === 0) return;
    let settle: readonly (() => void)[];
    try {
      // IMMEDIATE takes the write lock before the first read, so no unit has to start over for it later.
      this.#connection.control('BEGIN IMMEDIATE');
      settle = batch.map((unit) => this.#attempt(unit));
      this.#connection.control('COMMIT');
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.control('ROLLBACK');
      for (const unit of batch) unit.reject(error);
      return;
    }
    for (const answer of settle) answer();
  }

  /** @returns what answers the unit after the commit */
  #attempt(unit: WaitingUnit): () => void {
    this.#connection.control('SAVEPOINT unit');
    try {
      const answer = unit.perform();
      this.#connection.control('RELEASE unit');
      return answer;
    } catch (error) {
      // A full disk and the like make SQLite undo the whole transaction: then the batch has failed.
      if (!this.#connection.inTransaction) throw error;
      this.#connection.control('ROLLBACK TO unit');
      this.#connection.control('RELEASE unit');
      return () => unit.reject(error);
    }
  }
}
