import { normalizeUsername } from '../username.js';

/**
 * One mailbox, without the characters that separate or quote addresses in mails (RFC 5322 §3.4): a mail that is meant for one
 * user must not go to two.
 */
const MAILBOX = /^[^\s\p{Cc}@<>(),;:"[\]\\]{1,64}@[^\s\p{Cc}@<>(),;:"[\]\\]{1,190}$/u;

/** The normal form of an email address that a user has typed; undefined if mails cannot be sent to it. */
export function readMailbox(text: string): string | undefined {
  if (text.length > 320) return undefined;
  const address = normalizeUsername(text);
  return MAILBOX.test(address) && address.isWellFormed() ? address : undefined;
}
