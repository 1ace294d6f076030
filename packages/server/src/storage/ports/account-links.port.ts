import type { Note } from './audit.port.js';
import type { MailRecord } from './mails.port.js';

/** What a link in a mail does. A link of one purpose is unknown to all others. */
export type LinkPurpose = 'signUp' | 'invitation' | 'resetPassword' | 'changeEmail' | 'signIn';

/** A link in a mail that works once. */
export interface AccountLinkRecord {
  /** SHA-256 of the secret in the link. */
  readonly tokenHash: string;
  readonly purpose: LinkPurpose;
  /** The account that it belongs to; null where there is none, or none yet. */
  readonly accountId: string | null;
  /** The email address that it was sent to, in its normal form. */
  readonly email: string;
  /** What else its purpose needs. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** A link that a change spends in its unit. */
export interface LinkToSpend {
  readonly tokenHash: string;
  readonly purpose: LinkPurpose;
  /** Seconds since the epoch. An expired link is unknown. */
  readonly now: number;
}

/** Links in mails. Opening one changes nothing; a form spends it, since programs that scan mails open links. */
export interface AccountLinkStore {
  /**
   * Writes a link and its mail in one unit.
   *
   * @param note the audit event of it, in the same unit
   * @returns `full` if too many mails wait. Then nothing is written
   */
  create(
    link: AccountLinkRecord,
    mail: MailRecord,
    note?: Note<AccountLinkRecord>,
  ): Promise<'created' | 'full'>;
  /** The link, if it is neither spent nor expired. It stays usable. */
  find(link: LinkToSpend): Promise<AccountLinkRecord | undefined>;
  /** The newest 100 links of an account for this purpose that are neither spent nor expired. */
  pendingOf(accountId: string, purpose: LinkPurpose, now: number): Promise<readonly AccountLinkRecord[]>;
  /** Spends the link with one statement. Of simultaneous calls one gets it. */
  spend(link: LinkToSpend): Promise<AccountLinkRecord | undefined>;
  /** Deletes up to `limit` expired links. */
  purge(now: number, limit: number): Promise<number>;
}
