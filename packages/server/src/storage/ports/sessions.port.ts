import type { AccountRecord } from './accounts.port.js';
import type { Note } from './audit.port.js';
import type { ClientRecord } from './client-record.js';
import type { Authentication } from './grant-record.js';

/** One sign-in of one user in one browser. Its `authTime` is the time of the last authentication. */
export interface SessionRecord extends Authentication {
  /** Its public ID (`sid`), which gives no access. */
  readonly id: string;
  /** SHA-256 of the cookie's value. */
  readonly tokenHash: string;
  readonly accountId: string;
  readonly expiresAt: number;
}

/** A session and the user it belongs to. */
export interface SessionWithAccount {
  readonly session: SessionRecord;
  readonly account: AccountRecord;
}

/** A session that is over, and the enabled clients that the person signed in to with it. */
export interface EndedSession {
  readonly session: SessionRecord;
  readonly clients: readonly ClientRecord[];
}

export interface SessionStore {
  /** @param note what to remember of it, in the same unit */
  create(session: SessionRecord, note?: Note<SessionRecord>): Promise<void>;
  /** The live session behind a cookie with the person it belongs to; nothing for a disabled account. */
  find(tokenHash: string, now: number): Promise<SessionWithAccount | undefined>;
  /** The same by the session's public name, for what was made with the session and must end with it. */
  findById(id: string, now: number): Promise<SessionWithAccount | undefined>;
  /**
   * Gives a live session of the same account a new cookie, time of sign-in and expiry: the person proved again
   * who they are, and the apps that know the session by its `sid` go on knowing it.
   *
   * @param tokenHash of the cookie until now
   * @param note what to remember of it, in the same unit; called with the session as it is afterwards
   * @returns the session's ID, or `missing` where there is no such session of this account
   */
  renew(
    tokenHash: string,
    renewed: Omit<SessionRecord, 'id'>,
    note?: Note<SessionRecord>,
  ): Promise<{ id: string } | 'missing'>;
  /**
   * Ends a session and, in the same unit, the grants by which apps signed the person in with it, except those
   * that were given for offline access; and writes down which clients are to be told by their back channel
   * (Back-Channel Logout 1.0 §2.7).
   *
   * @param note what to remember of it, in the same unit
   * @returns what ended; nothing where there was no such session
   */
  end(tokenHash: string, now: number, note?: Note<EndedSession>): Promise<EndedSession | undefined>;
  purge(now: number, limit: number): Promise<number>;
}
