import type { Note } from './audit.port.js';
import type { Page, PageRequest } from './page.js';

/** A person who can sign in. */
export interface AccountRecord {
  /** The `sub` of their tokens: never reused, never changed. */
  readonly id: string;
  /** What they sign in with, in its normal form (`accounts/username.ts`). */
  readonly username: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  /** Other standard claims, by name, with what the person or the operator gave for them (OpenID Connect Core 1.0 §5.1). */
  readonly claims: Readonly<Record<string, unknown>>;
  /** argon2id, in its encoded form; null where there is no password to sign in with. */
  readonly passwordHash: string | null;
  readonly isAdmin: boolean;
  /** Seconds since the epoch; null while the account is in use. */
  readonly disabledAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What an update may change. */
export type AccountChanges = Partial<Omit<AccountRecord, 'id' | 'createdAt'>> & {
  readonly updatedAt: number;
};

/** What goes with a person, as it was. */
export interface DeletedAccount {
  readonly account: AccountRecord;
  /** The apps that they had registered, which stay: stopped, and for administrators alone. */
  readonly clientIds: readonly string[];
}

/** How many of each kind ended with the access of an account. */
export interface EndedAccountAccess {
  readonly sessions: number;
  readonly grants: number;
  readonly apiKeys: number;
  /** Apps that the account registered: their own tokens ended, and nothing that others granted to them. */
  readonly clients: number;
}

/** Ends all access of an account: its sessions, grants and API keys, and the own tokens of the apps it registered. */
export interface AccessEnding {
  /** Seconds since the epoch. */
  readonly now: number;
  /** What to remember of it, in the same unit. */
  readonly note?: Note<{ readonly account: AccountRecord; readonly ended: EndedAccountAccess }>;
}

export interface AccountStore {
  find(id: string): Promise<AccountRecord | undefined>;
  /** @param login a username or an email address, in its normal form */
  findByLogin(login: string): Promise<AccountRecord | undefined>;
  list(page: PageRequest): Promise<Page<AccountRecord>>;
  /** @returns `usernameTaken` when somebody else already signs in with its username or its email address */
  create(account: AccountRecord, note?: Note<AccountRecord>): Promise<'created' | 'usernameTaken'>;
  /**
   * Changes the account, and in the same unit what hangs on it: with a new password, and where it is disabled or
   * enabled, its sessions end, as by a sign-out; where it is disabled or enabled, all that it granted ends too,
   * so that enabling it revives nothing.
   *
   * @param changes called with the account as it is, which nothing else changes meanwhile; undefined leaves it as
   *   it is, and so does what it throws. It may be called again, and has no effect but its result
   * @param note what to remember of it, in the same unit; called with the account as it is afterwards
   * @param ending where all access of the account ends with the change, whatever is changed
   * @returns the account as it is afterwards; `lastAdministrator` where nobody else is an administrator in use
   */
  update(
    id: string,
    changes: (account: AccountRecord) => AccountChanges | undefined,
    note?: Note<AccountRecord>,
    ending?: AccessEnding,
  ): Promise<AccountRecord | 'missing' | 'usernameTaken' | 'lastAdministrator'>;
  /**
   * Ends all access of the account in one unit; apps are told of the sessions as by a sign-out. The account, its
   * password and its consents stay. Ending it again ends nothing more.
   */
  endAccess(id: string, ending: AccessEnding): Promise<EndedAccountAccess | 'missing'>;
  /**
   * Deletes the account with its sessions, consents, grants and API keys, and stops the apps that it registered,
   * in one unit.
   *
   * @param note called before anything is deleted; what it throws leaves all of it there
   */
  delete(
    id: string,
    now: number,
    note?: Note<DeletedAccount>,
  ): Promise<'deleted' | 'missing' | 'lastAdministrator'>;
}
