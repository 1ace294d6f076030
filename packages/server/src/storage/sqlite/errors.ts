import BetterSqlite3 from 'better-sqlite3';
import { OwnerGone, StorageUnavailable } from '../ports/index.js';

/** The message of requests and of starting processes while another process locks the file. */
export const LOCKED =
  'The SQLite database is locked by another process. End that process, or wait until it has finished, and try again';

/**
 * Whether another process holds a lock that this one needs. `SQLITE_BUSY` has extended codes for recovery and
 * snapshots; `SQLITE_PROTOCOL` is what SQLite reports when it lost the race for a lock of the WAL too often.
 */
export function isLocked(error: unknown): boolean {
  return (
    error instanceof BetterSqlite3.SqliteError &&
    (error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_PROTOCOL')
  );
}

/** The error of the ports for an error of SQLite, if there is one. */
export function explained(error: unknown): unknown {
  if (isLocked(error)) return new StorageUnavailable(LOCKED, { cause: error });
  const isForeignKey =
    error instanceof BetterSqlite3.SqliteError && error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY';
  return isForeignKey ? new OwnerGone(error.message, { cause: error }) : error;
}
