import { hash, verify } from '@node-rs/argon2';
import { type Random, randomSecret } from '../crypto/random.js';
import type { FairQueue } from '../throttling/fair-queue.js';

/** argon2id with 19 MiB, two passes, one lane (OWASP's first choice; RFC 9106 §4 for the algorithm). */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Longer passwords are refused without hashing, which bounds the work for a stranger. */
export const MAX_PASSWORD_LENGTH = 512;

/** @returns the encoded argon2id hash, salt and costs included */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), OPTIONS);
}

/** Who waits for a password to be hashed. */
export interface PasswordWork {
  /** Whose turn it takes: a network address or a browser. */
  readonly lane: string;
  /** Whether it goes before those that are not known. */
  readonly isKnown: boolean;
}

/** Passwords, hashed by a bounded number of threads behind a bounded queue. */
export interface Passwords {
  /**
   * @returns the encoded argon2id hash
   * @throws QueueFull
   */
  hash(password: string, work: PasswordWork): Promise<string>;
  /**
   * Whether this is the password. It takes as long where there is no account or no password to compare with, so
   * that the time of a response does not tell which accounts exist.
   *
   * @param passwordHash as stored; undefined or null without a password
   * @throws QueueFull
   */
  matches(passwordHash: string | null | undefined, password: string, work: PasswordWork): Promise<boolean>;
}

/**
 * @param queue bounds how much is hashed at once, and how much waits: each takes a core and a thread of libuv, which
 *   files, name lookups and signatures need too
 * @param random makes the password behind the hash that stands in for a missing one; it is never stored
 */
export async function createPasswords(queue: FairQueue, random: Random): Promise<Passwords> {
  const standIn = await hashPassword(randomSecret(random));
  return {
    hash: (password, { lane, isKnown }) => queue.run(lane, isKnown, () => hashPassword(password)),
    async matches(passwordHash, password, { lane, isKnown }) {
      if (password.length > MAX_PASSWORD_LENGTH) return false;
      const matches = await queue.run(lane, isKnown, () =>
        verify(passwordHash ?? standIn, password.normalize('NFC')),
      );
      return matches && typeof passwordHash === 'string';
    },
  };
}
