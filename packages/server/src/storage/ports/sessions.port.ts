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

/** An ended session, and the enabled clients that the user signed in to with it. */
export interface EndedSession {
  readonly session: SessionRecord;
  readonly clients: readonly ClientRecord[];
}

export interface SessionStore {
  /** @param note the audit event of it, in the same unit */
  create(session: SessionRecord, note?: Note<SessionRecord>): Promise<void>;
  /** The live session of a cookie and its user; undefined for a disabled account. */
  find(tokenHash: string, now: number): Promise<SessionWithAccount | undefined>;
  /** The same by the session's `sid`, for credentials that were made with the session and end with it. */
  findById(id: string, now: number): Promise<SessionWithAccount | undefined>;
  /**
   * Gives a live session of the same account a new cookie, time of sign-in and expiry, after the user has signed in again.
   * The session keeps its `sid`, by which apps know it.
   *
   * @param tokenHash SHA-256 of the current cookie
   * @param note the audit event of it, in the same unit; called with the renewed session
   * @returns the session's ID, or `missing` where there is no such session of this account
   */
  renew(
    tokenHash: string,
    renewed: Omit<SessionRecord, 'id'>,
    note?: Note<SessionRecord>,
  ): Promise<{ id: string } | 'missing'>;
  /**
   * Ends a session and, in the same unit, revokes the grants by which apps signed the user in with it, except those for
   * offline access. It also adds the logout tokens to send to clients (Back-Channel Logout 1.0 §2.7).
   *
   * @param note the audit event of it, in the same unit
   * @returns the ended session; undefined where there was none
   */
  end(tokenHash: string, now: number, note?: Note<EndedSession>): Promise<EndedSession | undefined>;
  purge(now: number, limit: number): Promise<number>;
}
