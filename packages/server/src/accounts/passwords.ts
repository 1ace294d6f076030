import { hash, verify } from '@node-rs/argon2';
import { type Random, randomSecret } from '../crypto/random.js';
import type { FairQueue } from '../throttling/fair-queue.js';

/** argon2id with 19 MiB, two passes, one lane (OWASP's first choice; RFC 9106 §4 for the algorithm). */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Longer passwords are refused without hashing, which limits the work for unauthenticated requests. */
export const MAX_PASSWORD_LENGTH = 512;

/** @returns the encoded argon2id hash, salt and costs included */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), OPTIONS);
}

/** The place of a request in the queue. */
export interface PasswordWork {
  /** The lane whose turn it takes: a network address or a browser. */
  readonly lane: string;
  /** Whether it comes before requests that are not known. */
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
   * Whether this is the password. Takes the same time without an account or a password, so that the duration does not
   * reveal which accounts exist.
   *
   * @param passwordHash as stored; undefined or null without a password
   * @throws QueueFull
   */
  matches(passwordHash: string | null | undefined, password: string, work: PasswordWork): Promise<boolean>;
}

/**
 * @param queue limits how many passwords are hashed and wait. Each takes a core and a thread of libuv, which files,
 *   name lookups and signatures need too
 * @param random creates the password behind the hash that stands in for a missing one; it is never stored
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
