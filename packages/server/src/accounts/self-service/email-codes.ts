import { createHmac } from 'node:crypto';
import type { KeySource } from '../../crypto/deployment-keys.js';
import { digitsOf } from '../factors/totp.js';

/** Digits of a code. With five tries a mail and ten mails a day, a guess succeeds once in two million days. */
const DIGITS = 8;

/** Bytes of the code's HMAC that become digits: enough that all codes are equally likely. */
const BYTES = 6;

/** The codes in mails. They follow from the request and a key of the deployment, so that no code is stored. */
export interface EmailCodes {
  /** @param requestId which another user may know */
  codeOf(requestId: string): string;
  /** The digits of a code as a user has typed it. */
  read(text: string): string;
}

export function createEmailCodes(key: KeySource): EmailCodes {
  const secret = key.derive('email-code');
  return {
    codeOf(requestId) {
      const number = createHmac('sha256', secret).update(requestId).digest().readUIntBE(0, BYTES);
      return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
    },
    read: digitsOf,
  };
}
