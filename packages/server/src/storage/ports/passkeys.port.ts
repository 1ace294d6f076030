import type { AccountMails, AccountRecord } from './accounts.port.js';
import type { Note } from './audit.port.js';

/** A passkey of a user: a WebAuthn credential (WebAuthn Level 3 §4). */
export interface PasskeyRecord {
  /** The credential ID in base64url. */
  readonly id: string;
  readonly accountId: string;
  /** The public key as COSE, in base64url. */
  readonly publicKey: string;
  /** The signature counter (§6.1.1). It stays 0 with authenticators that have none. */
  readonly counter: number;
  /** How browsers reach the authenticator (§5.8.4). */
  readonly transports: readonly string[];
  /** Whether the passkey can be copied to other devices (§6.1.3). It never changes. */
  readonly backupEligible: boolean;
  /** Whether it was, at its last use. */
  readonly backedUp: boolean;
  /** What the user calls it. */
  readonly name: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  /** Seconds since the epoch; null if it was never used to sign in. */
  readonly lastUsedAt: number | null;
}

/** What a signature of a passkey says of its authenticator. */
export interface PasskeyUse extends Pick<PasskeyRecord, 'counter' | 'backedUp'> {
  /** Seconds since the epoch. */
  readonly now: number;
}

export interface PasskeyStore {
  /**
   * @param mostPerAccount how many passkeys one account may have
   * @param note the audit event of it, in the same unit
   * @param mails the mails about it, in the same unit
   * @throws MailsFull
   * @returns `known` if the credential ID is registered already, for this account or another
   */
  add(
    passkey: PasskeyRecord,
    mostPerAccount: number,
    note?: Note<PasskeyRecord>,
    mails?: AccountMails,
  ): Promise<'added' | 'known' | 'accountFull' | 'missing'>;
  /** The passkey and its user; undefined for a disabled account. */
  find(id: string): Promise<{ readonly passkey: PasskeyRecord; readonly account: AccountRecord } | undefined>;
  /** The passkeys of an account, oldest first. */
  listOf(accountId: string): Promise<readonly PasskeyRecord[]>;
  /**
   * Records a use, with one statement that compares the counter (WebAuthn Level 3 §7.2 step 22).
   *
   * @returns `notNewer` if the counter did not grow, which suggests a copy of the authenticator's key
   */
  use(id: string, use: PasskeyUse): Promise<'used' | 'notNewer'>;
  /** @returns the renamed passkey; `missing` if the account has none with this ID */
  rename(
    id: string,
    accountId: string,
    name: string,
    note?: Note<PasskeyRecord>,
  ): Promise<PasskeyRecord | 'missing'>;
  /**
   * Removes a passkey. With the last second factor, recovery codes and remembered devices go.
   *
   * @throws MailsFull
   * @returns `lastWayIn` if the user could no longer sign in; nothing was changed then
   */
  remove(
    id: string,
    accountId: string,
    note?: Note<PasskeyRecord>,
    mails?: AccountMails,
  ): Promise<PasskeyRecord | 'missing' | 'lastWayIn'>;
}
