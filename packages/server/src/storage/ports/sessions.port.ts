import type { AccountRecord } from './accounts.port.js';
import type { Note } from './audit.port.js';
import type { ClientRecord } from './client-record.js';
import type { Authentication } from './grant-record.js';
import type { TicketToSpend } from './spent-tickets.port.js';

/** A browser in words, without its version. Both names are from the closed lists of `accounts/device.ts`. */
export interface Device {
  /** Null if it is unknown. */
  readonly browser: string | null;
  /** The operating system; null if it is unknown. */
  readonly system: string | null;
}

/** One sign-in of one user in one browser. Its `authTime` is the time of the last authentication. */
export interface SessionRecord extends Authentication {
  /** Its public ID (`sid`), which gives no access. */
  readonly id: string;
  /** SHA-256 of the cookie's value. */
  readonly tokenHash: string;
  readonly accountId: string;
  readonly createdAt: number;
  /** The time of a visit. Later visits are recorded only after some minutes. */
  readonly lastSeenAt: number;
  readonly device: Device;
  /** The network address of the last authentication; null in sessions of earlier versions. */
  readonly address: string | null;
  /** When it ends without further visits: the idle time after the last recorded visit, `endsAt` at the latest. */
  readonly expiresAt: number;
  /** When it ends, however often the user visits. */
  readonly endsAt: number;
}

/** A session that continues with a new authentication. It keeps its ID and the time of its creation. */
export type RenewedSession = Omit<SessionRecord, 'id' | 'createdAt'>;

/** A session and the user it belongs to. */
export interface SessionWithAccount {
  readonly session: SessionRecord;
  readonly account: AccountRecord;
}

/** The session at an OpenID provider that a session came from. */
export interface ProviderSession {
  /** The ID of the provider in the configuration. */
  readonly provider: string;
  /** The user there, as `ExternalIdentityRecord` has it. */
  readonly subject: string;
  /** The ID of the session there; null if the provider named none. */
  readonly sid: string | null;
  /** The ID token, encrypted: the provider asks for it when the user signs out there. Null if it is too long to keep. */
  readonly sealedIdToken: string | null;
}

/** A provider's request to end sessions. At least one of `sid` and `subject` says which (Back-Channel Logout 1.0 §2.4). */
export interface ProviderLogout {
  readonly provider: string;
  readonly sid: string | undefined;
  readonly subject: string | undefined;
  /** The logout token, which is accepted once. */
  readonly token: TicketToSpend;
}

/** An ended session, and the enabled clients that the user signed in to with it. */
export interface EndedSession {
  readonly session: SessionRecord;
  readonly clients: readonly ClientRecord[];
  /** Undefined if the user did not sign in at a provider. */
  readonly providerSession: ProviderSession | undefined;
}

export interface SessionStore {
  /**
   * @param note the audit event of it, in the same unit
   * @param origin the session at the provider where the user signed in; undefined for other ways to sign in
   * @param proven the account as it was when the user proved the first factor. A new password ends the sessions that exist
   *   then; with the old one, which another user may know, none may begin later
   * @throws AccountChanged where the account has another password now, or is disabled
   */
  create(
    session: SessionRecord,
    note?: Note<SessionRecord>,
    origin?: ProviderSession,
    proven?: Pick<AccountRecord, 'passwordHash'>,
  ): Promise<void>;
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
   * @param origin the session at the provider where the user has signed in again; undefined keeps an earlier one
   * @returns the renewed session, or `missing` where there is no such session of this account
   */
  renew(
    tokenHash: string,
    renewed: RenewedSession,
    note?: Note<SessionRecord>,
    origin?: ProviderSession,
  ): Promise<SessionRecord | 'missing'>;
  /**
   * Ends a session and, in the same unit, revokes the grants by which apps signed the user in with it, except those for
   * offline access. It also adds the logout tokens to send to clients (Back-Channel Logout 1.0 §2.7).
   *
   * @param note the audit event of it, in the same unit
   * @returns the ended session; undefined where there was none
   */
  end(tokenHash: string, now: number, note?: Note<EndedSession>): Promise<EndedSession | undefined>;
  /**
   * Records a visit, unless one after `before` is recorded or the session has a new cookie.
   *
   * @param visit the time of the visit, and when the session expires without another one
   */
  touch(
    tokenHash: string,
    visit: Pick<SessionRecord, 'lastSeenAt' | 'expiresAt'>,
    before: number,
  ): Promise<void>;
  /** The live sessions of an account, the last visited first. */
  listOfAccount(accountId: string, now: number, limit: number): Promise<readonly SessionRecord[]>;
  /** Ends a session of this account by its ID, as `end` does; undefined where the account has no such session. */
  endById(
    accountId: string,
    id: string,
    now: number,
    note?: Note<EndedSession>,
  ): Promise<EndedSession | undefined>;
  /**
   * Ends all sessions of an account but one, as `end` does, in one unit.
   *
   * @param keptId the ID of the session that stays
   * @param note the audit event of each session
   */
  endOthers(
    accountId: string,
    keptId: string,
    now: number,
    note?: Note<EndedSession>,
  ): Promise<readonly EndedSession[]>;
  /**
   * Ends the sessions that came from a session or a user of a provider, as `end` does, and spends the logout token, in one
   * unit. A token whose unit failed can be sent again.
   *
   * @param note the audit event of each session
   * @returns the ended sessions; `alreadySpent` for a token that was accepted before
   */
  endOfProvider(
    logout: ProviderLogout,
    now: number,
    note?: Note<EndedSession>,
  ): Promise<readonly EndedSession[] | 'alreadySpent'>;
  purge(now: number, limit: number): Promise<number>;
}
