import { sha256 } from '../../crypto/hash.js';
import { createAddressLimit } from '../../throttling/address-limit.js';
import { type Limits, waitOf } from '../../throttling/limit.js';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

export interface MailLimits {
  /** Mails that requests from one address may cause within an hour. */
  readonly mailsPerAddress: number;
  /** Mails that requests of strangers may send to one mailbox within a day. */
  readonly mailsPerMailbox: number;
}

/** Mails that one browser may send to an account that it has signed in to, within a day. */
const PER_KNOWN_BROWSER = 5;

/**
 * Limits the mails that requests cause, so that Grantor cannot be used to flood a mailbox. Mailboxes are counted alike
 * whether or not an account has them, so that a wait does not reveal it. If a result is a wait, in seconds, no mail may be
 * sent.
 */
export interface MailThrottle {
  /**
   * Counts a request, first for its address.
   *
   * @param email in its normal form
   */
  admit(address: string, email: string): Promise<number>;
  /** Counts a request for its address only. If the result is a wait, nothing may be looked up. */
  admitAddress(address: string): Promise<number>;
  /**
   * Counts a request for its mailbox.
   *
   * @param knownBrowser the browser, if it has signed in to the account of the mailbox: it is counted by itself, so that
   *   requests of others cannot keep the owner of the account from a new password
   */
  admitMailbox(email: string, knownBrowser: string | undefined): Promise<number>;
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
  const byKnownBrowser = limits.exact({
    name: 'mails by known browser',
    points: PER_KNOWN_BROWSER,
    windowSeconds: DAY_SECONDS,
  });

  const admitAddress: MailThrottle['admitAddress'] = async (address) =>
    waitOf(await byAddress.count(address));

  const admitMailbox: MailThrottle['admitMailbox'] = async (email, knownBrowser) =>
    waitOf(
      knownBrowser === undefined
        ? await byMailbox.count(sha256(withoutTag(email)))
        : await byKnownBrowser.count(knownBrowser),
    );

  return {
    admitAddress,
    admitMailbox,
    async admit(address, email) {
      const wait = await admitAddress(address);
      return wait > 0 ? wait : admitMailbox(email, undefined);
    },
  };
}

/** Many mail servers deliver `ada+anything@example.com` to `ada@example.com` (RFC 5233 §1). */
function withoutTag(email: string): string {
  return email.replace(/^([^+@]+)\+[^@]*/, '$1');
}
