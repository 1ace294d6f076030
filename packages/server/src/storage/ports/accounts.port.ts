import type { LinkToSpend } from './account-links.port.js';
import type { Note } from './audit.port.js';
import type { MailRecord } from './mails.port.js';
import type { Page, PageRequest } from './page.js';

/** A user. */
export interface AccountRecord {
  /** The `sub` of the user's tokens. It never changes and is never used again. */
  readonly id: string;
  /** In its normal form (`accounts/username.ts`). */
  /** The ID in the system that provisions the user, such as by SCIM; null where there is none. */
  readonly externalId: string | null;
  readonly username: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  /** Other standard claims and their values (OpenID Connect Core 1.0 §5.1). */
  readonly claims: Readonly<Record<string, unknown>>;
  /**
   * The encoded argon2id hash, or `imported:<scheme>:<hash>` for a hash of another system; null for a user without a
   * password.
   */
  readonly passwordHash: string | null;
  readonly isAdmin: boolean;
  /** Seconds since the epoch; null while the account is enabled. */
  readonly disabledAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What an update can change. */
export type AccountChanges = Partial<Omit<AccountRecord, 'id' | 'createdAt'>> & {
  readonly updatedAt: number;
};

/** What is deleted or suspended with an account, for the audit event. */
export interface DeletedAccount {
  readonly account: AccountRecord;
  /** The apps that the user registered. They are suspended, and only administrators can enable them. */
  readonly clientIds: readonly string[];
}

/** How many of each kind ended. */
export interface EndedAccountAccess {
  readonly sessions: number;
  readonly grants: number;
  readonly apiKeys: number;
  /** Apps that the user registered: their own tokens ended. Grants of other users to them stay. */
  readonly clients: number;
}

/** How to end all access of an account: sessions, grants, API keys, and the own tokens of apps that the user registered. */
export interface AccessEnding {
  /** Seconds since the epoch. */
  readonly now: number;
  /** The audit event, written in the same unit. */
  readonly note?: Note<{ readonly account: AccountRecord; readonly ended: EndedAccountAccess }>;
}

/**
 * The mails to a user about a change, for the unit of the change. It is called within the unit, which can run again, and
 * must have no side effect.
 */
export type AccountMails = (account: AccountRecord) => readonly MailRecord[];

/** What else the unit of a change writes. */
export interface WithChange {
  /** A link that the change spends. */
  readonly link?: LinkToSpend;
  /** Mails about the change. It is called with the account before and after, and must have no side effect. */
  readonly mails?: (before: AccountRecord, after: AccountRecord) => readonly MailRecord[];
}

export interface AccountStore {
  find(id: string): Promise<AccountRecord | undefined>;
  /** @param login a username or an email address, in its normal form */
  findByLogin(login: string): Promise<AccountRecord | undefined>;
  /** The accounts with this external ID, at most 50. */
  findByExternalId(externalId: string): Promise<readonly AccountRecord[]>;
  list(page: PageRequest): Promise<Page<AccountRecord>>;
  /** Some of the accounts, oldest first, and how many there are. */
  page(
    offset: number,
    limit: number,
  ): Promise<{ readonly items: readonly AccountRecord[]; readonly total: number }>;
  /**
   * @param link a link in a mail that it spends
   * @returns `usernameTaken` if another user signs in with its username or its email address
   * @throws LinkUnusable
   */
  create(
    account: AccountRecord,
    note?: Note<AccountRecord>,
    link?: LinkToSpend,
  ): Promise<'created' | 'usernameTaken'>;
  /**
   * Changes the account. In the same unit, its sessions end with a new password and when it is disabled or enabled, as by
   * a sign-out. A new password also removes its remembered devices. When it is disabled or enabled, its grants end too, so
   * that enabling it does not restore them. Links that were sent to the user end with a new password or email address, and
   * when it is disabled or enabled.
   *
   * @param changes called with the current account, which no other unit changes meanwhile. If it returns undefined or
   *   throws, the account stays unchanged. It can be called again, and must have no side effect
   * @param note the audit event of it, in the same unit; called with the changed account
   * @param ending if given, all access of the account ends with the change
   * @param also what else is written in the unit, also if the account stays unchanged; mails only if it changes
   * @returns the changed account; `lastAdministrator` where no other administrator is enabled
   * @throws LinkUnusable, or MailsFull
   */
  update(
    id: string,
    changes: (account: AccountRecord) => AccountChanges | undefined,
    note?: Note<AccountRecord>,
    ending?: AccessEnding,
    also?: WithChange,
  ): Promise<AccountRecord | 'missing' | 'usernameTaken' | 'lastAdministrator'>;
  /**
   * Replaces the hash of a password with another hash of the same password, unless the password has changed. Sessions stay.
   *
   * @param known the hash that is replaced
   */
  replacePasswordHash(id: string, known: string, replacement: string): Promise<'replaced' | 'changed'>;
  /** The schemes of the imported password hashes in the database: the kinds of work that a sign-in can take. */
  importedSchemes(): Promise<readonly string[]>;
  /**
   * Ends all access of the account in one unit. Apps are notified of the sessions as by a sign-out. The account, its
   * password and its consents stay. Ending it again changes nothing.
   */
  endAccess(id: string, ending: AccessEnding): Promise<EndedAccountAccess | 'missing'>;
  /**
   * Deletes the account with its sessions, consents, grants and API keys, and suspends the apps that it registered, in one
   * unit.
   *
   * @param note called before anything is deleted; an error that it throws cancels the deletion
   */
  delete(
    id: string,
    now: number,
    note?: Note<DeletedAccount>,
  ): Promise<'deleted' | 'missing' | 'lastAdministrator'>;
}
