import { DatabaseError } from 'pg';
import { OwnerGone } from '../ports/index.js';

/**
 * serialization_failure and deadlock_detected: the transaction was undone and would do well to start over.
 * foreign_key_violation: so it would where what it was about to refer to was deleted while it ran.
 */
const FOREIGN_KEY_VIOLATION = '23503';
const RUN_AGAIN = new Set(['40001', '40P01', FOREIGN_KEY_VIOLATION]);

export function canBeRunAgain(error: unknown): boolean {
  return error instanceof DatabaseError && error.code !== undefined && RUN_AGAIN.has(error.code);
}

/**
 * An error in the words of the ports where they have one, else without the values of rows, which PostgreSQL
 * puts into its detail: they end up in logs.
 */
export function explained(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  error.detail = undefined;
  error.where = undefined;
  return error.code === FOREIGN_KEY_VIOLATION ? new OwnerGone(error.message, { cause: error }) : error;
}
