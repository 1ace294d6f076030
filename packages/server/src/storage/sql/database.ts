import type { Statement } from './statement.js';
import type { Unit } from './unit.js';

/**
 * What the statements need of a database. Each driver implements it. Each method waits for the database for a bounded time,
 * a bounded number of calls at once, and then throws `StorageUnavailable`.
 */
export interface Database {
  /** Reads the first committed row. */
  readFirst<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined>;
  /** Reads all committed rows. */
  readAll<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<readonly Row[]>;
  /**
   * Writes with one statement that returns no rows.
   *
   * @returns how many rows it changed, once they are on disk
   */
  write<P extends object>(statement: Statement<P, unknown>, params: P): Promise<number>;
  /**
   * Writes with one statement that returns the rows that it wrote.
   *
   * @returns the first row, once it is on disk
   */
  writeReturning<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined>;
  /**
   * Runs a unit, whose writes are committed together or not at all.
   *
   * @param work creates the unit; called again if the unit must run again
   * @returns what the unit returned, once its writes are on disk
   */
  unit<T>(work: () => Unit<T>): Promise<T>;
  /**
   * A unit during which no other process is in an exclusive unit on this database.
   *
   * @param wait `unbounded` for work that no request waits for. It has no time limits
   */
  exclusiveUnit<T>(work: () => Unit<T>, wait?: 'bounded' | 'unbounded'): Promise<T>;
  /** Finishes the running work, then closes the database. */
  close(): Promise<void>;
}
