import type { AccountMails, AccountRecord } from './accounts.port.js';
import type { Note } from './audit.port.js';

/** The key of a user's authenticator app (RFC 6238). It is written once a code has confirmed it. */
export interface TotpRecord {
  readonly accountId: string;
  /** The key, encrypted. */
  readonly sealedKey: string;
  /** The time step of the last accepted code. Earlier ones, and this one, are refused (RFC 6238 §5.2). */
  readonly lastStep: number;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}

/** The factors that a user has set up besides a password. */
export interface EnrolledFactors {
  readonly hasTotp: boolean;
  readonly passkeys: number;
  /** Unused recovery codes. */
  readonly recoveryCodes: number;
}

/** What a reset removed. */
export interface RemovedFactors extends EnrolledFactors {
  readonly account: AccountRecord;
}

/** TOTP keys and recovery codes, and what an account has of all factors. */
export interface SecondFactorStore {
  enrolledBy(accountId: string): Promise<EnrolledFactors>;
  findTotp(accountId: string): Promise<TotpRecord | undefined>;
  /**
   * Adds the key of an account that has none.
   *
   * @param codeHashes SHA-256 of the recovery codes that replace the user's codes; undefined keeps them
   * @param note the audit event of it, in the same unit
   * @param mails the mails about it, in the same unit
   * @throws MailsFull
   */
  addTotp(
    totp: TotpRecord,
    codeHashes: readonly string[] | undefined,
    note?: Note<TotpRecord>,
    mails?: AccountMails,
  ): Promise<'added' | 'exists' | 'missing'>;
  /** Accepts a time step with one statement, if it is later than the last one. */
  useStep(accountId: string, step: number): Promise<'accepted' | 'replayed'>;
  /**
   * Removes the key. With the last second factor, recovery codes and remembered devices go.
   *
   * @throws MailsFull
   */
  removeTotp(
    accountId: string,
    note?: Note<TotpRecord>,
    mails?: AccountMails,
  ): Promise<'removed' | 'missing'>;
  /** Whether the account has a recovery code. Only `useRecoveryCode` decides whether it may be used. */
  hasRecoveryCode(accountId: string, hash: string): Promise<boolean>;
  /**
   * Deletes a recovery code with one statement.
   *
   * @returns whether the account had it
   * @throws MailsFull
   */
  useRecoveryCode(
    accountId: string,
    hash: string,
    note?: Note<undefined>,
    mails?: AccountMails,
  ): Promise<boolean>;
  /**
   * Replaces all recovery codes of an account.
   *
   * @throws MailsFull
   */
  replaceRecoveryCodes(
    accountId: string,
    hashes: readonly string[],
    note?: Note<AccountRecord>,
    mails?: AccountMails,
  ): Promise<'replaced' | 'missing'>;
  /**
   * Removes every factor of an account besides its password, and its remembered devices.
   *
   * @throws MailsFull
   */
  reset(
    accountId: string,
    note?: Note<RemovedFactors>,
    mails?: AccountMails,
  ): Promise<RemovedFactors | 'missing'>;
  /** One page of encrypted keys, ordered by account, for a change of the secret that encrypts them. */
  listSealed(
    after: string | null,
    limit: number,
  ): Promise<readonly Pick<TotpRecord, 'accountId' | 'sealedKey'>[]>;
  /** Replaces an encrypted key, if it is still the current one. */
  reseal(accountId: string, from: string, to: string): Promise<'resealed' | 'changedMeanwhile'>;
}
