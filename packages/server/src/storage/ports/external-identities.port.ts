import type { AccountRecord } from './accounts.port.js';
import type { Note } from './audit.port.js';

/** A user as another system knows them: an OpenID provider, a directory, an own sign-in page. */
export interface ExternalIdentityRecord {
  /** The name of the system in this deployment, such as `google`. */
  readonly provider: string;
  /** The ID of the user there, which never changes (`sub`). Unique within the provider. */
  readonly subject: string;
  readonly accountId: string;
  /** How the user is named there, such as an email address; for lists. Null if it is unknown. */
  readonly label: string | null;
  /** Whether the account was created for this identity. Only then its claims update the account. */
  readonly managesProfile: boolean;
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

/** An identity with the account that it signs in to. */
export interface ExternalIdentityWithAccount {
  readonly identity: ExternalIdentityRecord;
  readonly account: AccountRecord;
}

/** What users of this deployment sign in with, besides passwords and providers. */
export interface OtherWaysIn {
  readonly passkeys: boolean;
}

export interface ExternalIdentityStore {
  find(provider: string, subject: string): Promise<ExternalIdentityWithAccount | undefined>;
  /** The identities of an account, the oldest first. */
  list(accountId: string): Promise<readonly ExternalIdentityRecord[]>;
  /**
   * Creates an account with its first identity, in one unit. Of two simultaneous calls for one identity, one gets
   * `created`.
   *
   * @param note the audit event of it, in the same unit
   * @returns `loginTaken` if another account has the username or the email address; `identityTaken` if the identity
   *   belongs to another account. Nothing was written then
   */
  createAccount(
    account: AccountRecord,
    identity: ExternalIdentityRecord,
    note?: Note<AccountRecord>,
  ): Promise<'created' | 'loginTaken' | 'identityTaken'>;
  /**
   * Adds an identity to an account, with one insert that decides between two accounts.
   *
   * @param most how many identities an account can have
   * @returns `taken` if the identity belongs to another account already, or to this one; `tooMany` at the bound
   */
  link(
    identity: ExternalIdentityRecord,
    most: number,
    note?: Note<ExternalIdentityRecord>,
  ): Promise<'linked' | 'taken' | 'tooMany' | 'missing'>;
  /** Notes that the user has signed in with the identity, and how they are named there now. */
  used(
    identity: Pick<ExternalIdentityRecord, 'provider' | 'subject' | 'label' | 'lastUsedAt'>,
  ): Promise<void>;
  /**
   * Removes an identity from an account.
   *
   * @param ways what the user may sign in with instead, besides a password and other identities
   * @returns `lastWayIn` if the user could no longer sign in; nothing was changed then
   */
  unlink(
    accountId: string,
    identity: Pick<ExternalIdentityRecord, 'provider' | 'subject'>,
    ways: OtherWaysIn,
    note?: Note<ExternalIdentityRecord>,
  ): Promise<'unlinked' | 'missing' | 'lastWayIn'>;
}
