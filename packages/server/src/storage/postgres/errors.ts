import { DatabaseError } from 'pg';
import { OwnerGone, StorageUnavailable } from '../ports/index.js';

/**
 * serialization_failure and deadlock_detected: the transaction was rolled back and can run again. foreign_key_violation: it
 * can run again, since the row that it refers to was deleted meanwhile.
 */
const FOREIGN_KEY_VIOLATION = '23503';
const CONFLICTS = ['40001', '40P01'];
const RUN_AGAIN = new Set([...CONFLICTS, FOREIGN_KEY_VIOLATION]);

/**
 * PostgreSQL cannot run the statement now: a conflict at each attempt, lock_not_available, and read_only_sql_transaction
 * after a failover.
 */
const UNAVAILABLE = new Set([...CONFLICTS, '55P03', '25006']);

/** Classes of such codes: connection exceptions, insufficient resources, operator intervention (time-outs and ends). */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '57']);

export function canBeRunAgain(error: unknown): boolean {
  return error instanceof DatabaseError && error.code !== undefined && RUN_AGAIN.has(error.code);
}

/**
 * A failure of the connection rather than of the statement, or no connection at all.
 *
 * @param mayBeWritten whether the failed statement is a commit
 */
export function unavailable(cause: unknown, mayBeWritten = false): StorageUnavailable {
  // Node.js tries each address of a name, and reports the failure of each.
  const [first] = cause instanceof AggregateError ? (cause.errors as unknown[]) : [cause];
  const reason = first instanceof Error ? first.message : String(first);
  return new StorageUnavailable(`PostgreSQL is not available (${reason}). Check GRANTOR_DATABASE_URL`, {
    cause: withoutValues(cause),
    mayBeWritten,
  });
}

/** The error of the ports for an error of PostgreSQL, or the error itself. */
export function explained(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const { code = '' } = error;
  if (code === FOREIGN_KEY_VIOLATION) return new OwnerGone(error.message, { cause: withoutValues(error) });
  const isUnavailable = UNAVAILABLE.has(code) || UNAVAILABLE_CLASSES.has(code.slice(0, 2));
  return isUnavailable ? unavailable(error) : withoutValues(error);
}

/** The details of an error of PostgreSQL have values of rows, and errors are logged. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  error.detail = undefined;
  error.where = undefined;
  return error;
}
