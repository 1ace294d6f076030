import type { SqlValue } from './codec/field.js';
import type { AnyStatement, Statement } from './statement.js';

/**
 * Writes that are committed together or not at all: a generator that yields one step after the other. Unlike an async
 * function, it can wait for its own statements only. It cannot hold the write lock of the database while it waits for the
 * network or for another unit.
 *
 * A unit can be run again from the start (PostgreSQL requires it after a deadlock), so it keeps no state outside.
 * An error that it throws rolls back all of its writes.
 */
export type Unit<T> = Generator<Step, T, unknown>;

/** One statement of a unit. */
export interface Step {
  readonly kind: 'first' | 'all' | 'execute';
  readonly statement: AnyStatement;
  readonly params: Readonly<Record<string, SqlValue>>;
}

type Params = Readonly<Record<string, SqlValue>>;

/** Runs a statement and returns its first row, if it has one: `const row = yield* first(…)`. */
export function* first<P extends object, Row>(
  statement: Statement<P, Row>,
  params: P,
): Unit<Row | undefined> {
  return (yield { kind: 'first', statement, params: params as Params }) as Row | undefined;
}

/** Runs a statement and returns all of its rows. */
export function* all<P extends object, Row>(statement: Statement<P, Row>, params: P): Unit<readonly Row[]> {
  return (yield { kind: 'all', statement, params: params as Params }) as readonly Row[];
}

/** Runs a statement that returns no rows. @returns how many rows it changed */
export function* execute<P extends object>(statement: Statement<P, unknown>, params: P): Unit<number> {
  return (yield { kind: 'execute', statement, params: params as Params }) as number;
}
