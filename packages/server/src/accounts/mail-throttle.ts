import { sha256 } from '../crypto/hash.js';
import { createAddressLimit } from '../throttling/address-limit.js';
import { type Limits, waitOf } from '../throttling/limit.js';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

export interface MailLimits {
  /** Mails that requests from one address may cause within an hour. */
  readonly mailsPerAddress: number;
  /** Mails that requests of strangers may send to one mailbox within a day. */
  readonly mailsPerMailbox: number;
}

/**
 * Limits the mails that requests cause, so that Grantor cannot be used to flood a mailbox. Mailboxes are counted alike
 * whether or not an account has them, so that a wait does not reveal it.
 */
export interface MailThrottle {
  /**
   * Counts a request, first for its address. If the result is a wait, no mail may be sent.
   *
   * @param email in its normal form
   * @returns the wait in seconds; 0 if the mail may be sent
   */
  admit(address: string, email: string): Promise<number>;
}

export function createMailThrottle(
  limits: Limits,
  { mailsPerAddress, mailsPerMailbox }: MailLimits,
): MailThrottle {
  const byAddress = createAddressLimit(limits.exact, {
    name: 'mails by address',
    points: mailsPerAddress,
    windowSeconds: HOUR_SECONDS,
  });
  const byMailbox = limits.exact({
    name: 'mails by mailbox',
    points: mailsPerMailbox,
    windowSeconds: DAY_SECONDS,
  });
  return {
    async admit(address, email) {
      const wait = waitOf(await byAddress.count(address));
      return wait > 0 ? wait : waitOf(await byMailbox.count(sha256(email)));
    },
  };
}
