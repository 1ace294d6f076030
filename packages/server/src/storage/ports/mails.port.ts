import type { Note } from './audit.port.js';
import type { Page, PageRequest } from './page.js';

/** A mail that waits to be sent. */
export interface MailRecord {
  /** A random ID, which the `Message-ID` of every attempt has. */
  readonly id: string;
  /** The name of its template, for the log. */
  readonly template: string;
  /** Recipient, language and values, encrypted: the values can hold a link that signs in. */
  readonly sealed: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  /** When it is no longer worth sending. */
  readonly expiresAt: number;
}

/** A mail that one process has claimed. */
export interface ClaimedMail extends MailRecord {
  /** How many attempts there were, including this one. It tells this claim from later ones. */
  readonly attempts: number;
}

/**
 * `in_doubt`: its process ended after the hand-over, before it could record the response of the mail server. It may have
 * arrived.
 */
export type MailState = 'waiting' | 'in_doubt';

/** A mail as administrators see it. */
export interface QueuedMail extends ClaimedMail {
  readonly state: MailState;
}

/** The mails that wait to be sent. The unit that needs a mail adds it. */
export interface MailStore {
  /** @returns `full` if too many mails wait. Then nothing is written */
  add(mail: MailRecord): Promise<'added' | 'full'>;
  /**
   * Claims mails that are due, each for one caller: until `leaseUntil`, no other caller gets them. After that, another one
   * does, unless they were finished, put off or handed over.
   */
  claim(now: number, leaseUntil: number, limit: number): Promise<readonly ClaimedMail[]>;
  /**
   * Records that the mail server is about to accept the mail. From then on no caller claims it, so that it cannot be sent
   * twice.
   *
   * @returns `lost` if another caller has claimed it since. Then it must not be sent
   */
  handOver(mail: ClaimedMail, now: number): Promise<'handedOver' | 'lost'>;
  /** Postpones the next attempt, also after a hand-over that the mail server refused. */
  putOff(mail: ClaimedMail, until: number): Promise<void>;
  /** Deletes a mail that was accepted, or that cannot be sent. */
  finish(mail: ClaimedMail): Promise<void>;
  /**
   * Marks and returns mails that were handed over before a time and neither finished nor put off: they are in doubt. No
   * caller sends them until an administrator decides.
   */
  markInDoubt(handedOverBefore: number, limit: number): Promise<readonly ClaimedMail[]>;
  /** Deletes and returns mails in doubt that were handed over before a time. */
  takeUndecided(handedOverBefore: number, limit: number): Promise<readonly ClaimedMail[]>;
  /** Deletes and returns expired mails that were not handed over. */
  takeExpired(now: number, limit: number): Promise<readonly ClaimedMail[]>;
  /** The mails that are stored, newest first. */
  list(page: PageRequest, state?: MailState): Promise<Page<QueuedMail>>;
  /**
   * Lets a mail in doubt wait again.
   *
   * @param note the audit event of it, in the same unit
   * @returns `missing` if it is unknown or not in doubt
   */
  sendAgain(id: string, now: number, note?: Note<MailRecord>): Promise<'queued' | 'expired' | 'missing'>;
  /**
   * Deletes a mail in doubt.
   *
   * @param note the audit event of it, in the same unit
   */
  delete(id: string, note?: Note<MailRecord>): Promise<'deleted' | 'missing'>;
}
