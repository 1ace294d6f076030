import { DatabaseError } from 'pg';
import { OwnerGone, StorageUnavailable } from '../ports/index.js';

/**
 * serialization_failure and deadlock_detected: the transaction was undone and would do well to start over.
 * foreign_key_violation: so it would where what it was about to refer to was deleted while it ran.
 */
const FOREIGN_KEY_VIOLATION = '23503';
const CONFLICTS = ['40001', '40P01'];
const RUN_AGAIN = new Set([...CONFLICTS, FOREIGN_KEY_VIOLATION]);

/**
 * What says nothing of the statement, only that PostgreSQL cannot do it now: a conflict that came back at each attempt,
 * lock_not_available, and read_only_sql_transaction after a failover.
 */
const UNAVAILABLE = new Set([...CONFLICTS, '55P03', '25006']);

/** Classes of such codes: connection exceptions, insufficient resources, operator intervention (time-outs and ends). */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '57']);

export function canBeRunAgain(error: unknown): boolean {
  return error instanceof DatabaseError && error.code !== undefined && RUN_AGAIN.has(error.code);
}

/**
 * A failure of the connection rather than of the statement, or to get a connection at all.
 *
 * @param mayBeWritten whether the statement that failed commits
 */
export function unavailable(cause: unknown, mayBeWritten = false): StorageUnavailable {
  // Node tries each address of a name, and tells of each one's failure.
  const [first] = cause instanceof AggregateError ? (cause.errors as unknown[]) : [cause];
  const reason = first instanceof Error ? first.message : String(first);
  return new StorageUnavailable(`PostgreSQL is not available (${reason}). Check GRANTOR_DATABASE_URL`, {
    cause: withoutValues(cause),
    mayBeWritten,
  });
}

/** An error in the words of the ports where they have one, else as it is. */
export function explained(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const { code = '' } = error;
  if (code === FOREIGN_KEY_VIOLATION) return new OwnerGone(error.message, { cause: withoutValues(error) });
  const isUnavailable = UNAVAILABLE.has(code) || UNAVAILABLE_CLASSES.has(code.slice(0, 2));
  return isUnavailable ? unavailable(error) : withoutValues(error);
}

/** PostgreSQL puts the values of rows into the detail of an error, and errors end up in logs. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  error.detail = undefined;
  error.where = undefined;
  return error;
}
