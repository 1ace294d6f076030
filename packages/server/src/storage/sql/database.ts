import type { Statement } from './statement.js';
import type { Unit } from './unit.js';

/**
 * All that the SQL asks of a database. Each driver implements it. Each verb waits for the database for a bounded time,
 * together with a bounded number of others, and then throws `StorageUnavailable`.
 */
export interface Database {
  /** Reads one row of what is committed. */
  readFirst<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined>;
  /** Reads all rows of what is committed. */
  readAll<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<readonly Row[]>;
  /**
   * Writes with one statement that returns no rows.
   *
   * @returns how many rows it changed, once that is on disk
   */
  write<P extends object>(statement: Statement<P, unknown>, params: P): Promise<number>;
  /**
   * Writes with one statement that returns what it wrote.
   *
   * @returns the first row, once it is on disk
   */
  writeReturning<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined>;
  /**
   * Writes whole or not at all.
   *
   * @param work makes the unit; called again when it has to be run again
   * @returns what the unit returned, once its writes are on disk
   */
  unit<T>(work: () => Unit<T>): Promise<T>;
  /**
   * A unit during which no other process is in an exclusive unit on this database.
   *
   * @param wait `unbounded` for work that no request waits for: it may wait for others, and take, as long as it needs
   */
  exclusiveUnit<T>(work: () => Unit<T>, wait?: 'bounded' | 'unbounded'): Promise<T>;
  /** Finishes what was begun, then lets go of the database. */
  close(): Promise<void>;
}
