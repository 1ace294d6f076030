import { DatabaseError } from 'pg';

/**
 * serialization_failure and deadlock_detected: the transaction was undone and would do well to start over.
 * foreign_key_violation: so it would where what it was about to refer to was deleted while it ran.
 */
const RUN_AGAIN = new Set(['40001', '40P01', '23503']);

export function canBeRunAgain(error: unknown): boolean {
  return error instanceof DatabaseError && error.code !== undefined && RUN_AGAIN.has(error.code);
}

/** Takes the values of rows out of an error, which PostgreSQL puts into its detail: they end up in logs. */
export function withoutRowValues(error: unknown): unknown {
  if (error instanceof DatabaseError) {
    error.detail = undefined;
    error.where = undefined;
  }
  return error;
}
