import type { AccountChanges, AccountRecord } from './accounts.port.js';
import type { Note } from './audit.port.js';

/** How far an import of users has come. */
export interface ImportProgress {
  /** How many records of the file are done. */
  readonly records: number;
  readonly created: number;
  readonly updated: number;
  /** Users that exist and stayed as they are. */
  readonly skipped: number;
  readonly refused: number;
}

/** What to do with a user whose username or email address exists. */
export type ExistingUsers = 'skip' | 'update' | 'refuse';

/** One user of a file. */
export interface AccountToImport {
  /** The account, unless its user exists. */
  readonly account: AccountRecord;
  /**
   * The changes of the account that exists: undefined for none, or why it is not changed. It can be called again, and has no
   * side effect.
   */
  readonly changes: (existing: AccountRecord) => AccountChanges | ImportRefusal | undefined;
  /** Its audit event. */
  readonly note: Note<{ readonly before: AccountRecord | undefined; readonly after: AccountRecord }>;
}

/**
 * Why an account that exists is not changed: it has the administrator role, or the file gives a password to a verified
 * email address without saying that the address is verified there.
 */
export type ImportRefusal = 'administrator' | 'unverified';

/** What became of a user. `ambiguous` has the username of one account and the email address of another. */
export type ImportOutcome = ImportRefusal | 'created' | 'updated' | 'skipped' | 'refused' | 'ambiguous';

/** Imports of users in batches. */
export interface ImportStore {
  /** @returns how far an earlier run came; undefined where there was none */
  progress(id: string): Promise<ImportProgress | undefined>;
  /**
   * Imports a batch and stores the progress in one unit, so that a run that was killed continues after it.
   *
   * @param users in which no username or email address occurs twice
   * @param progress the progress after these outcomes; it can be called again, and has no side effect
   * @param now in seconds since the epoch
   */
  commit(
    id: string,
    users: readonly AccountToImport[],
    existing: ExistingUsers,
    progress: (outcomes: readonly ImportOutcome[]) => ImportProgress,
    now: number,
  ): Promise<readonly ImportOutcome[]>;
  /** The outcomes that `commit` would have. It writes nothing. */
  preview(users: readonly AccountToImport[], existing: ExistingUsers): Promise<readonly ImportOutcome[]>;
  /** Forgets the progress of an import that is complete. */
  finish(id: string): Promise<void>;
}
