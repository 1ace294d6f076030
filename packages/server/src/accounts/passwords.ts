import { hash, verify } from '@node-rs/argon2';
import { type Random, randomSecret } from '../crypto/random.js';
import type { FairQueue } from '../throttling/fair-queue.js';
import {
  type ImportedHash,
  importedHashOf,
  standInFor,
  verifyImported,
} from './imported-hashes/imported-hash.js';

/** argon2id with 19 MiB, two passes, one lane (OWASP's first choice; RFC 9106 §4 for the algorithm). */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The beginning of hashes with these costs. */
const CURRENT = `$argon2id$v=19$m=${OPTIONS.memoryCost},t=${OPTIONS.timeCost},p=${OPTIONS.parallelism}$`;

/** Longer passwords are refused without hashing, which limits the work for unauthenticated requests. */
export const MAX_PASSWORD_LENGTH = 512;

/** @returns the encoded argon2id hash, salt and costs included */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), OPTIONS);
}

/** Whether a stored hash has other costs than new ones, or another system made it: a sign-in replaces it. */
export function needsRehash(passwordHash: string): boolean {
  return !passwordHash.startsWith(CURRENT);
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
   * Whether this is the password. Does the same work without an account or a password, so that the duration does not
   * reveal which accounts exist: one verification of a hash of Grantor, and one for each scheme of imported hashes.
   *
   * @param passwordHash as stored; undefined or null without a password
   * @throws QueueFull
   */
  matches(passwordHash: string | null | undefined, password: string, work: PasswordWork): Promise<boolean>;
}

/**
 * @param queue limits how many passwords are hashed and wait. Each takes a core and a thread of libuv, which files,
 *   name lookups and signatures need too
 * @param random creates the passwords behind the hashes that stand in for missing ones; they are never stored
 * @param importedSchemes the schemes of the imported hashes in the database
 */
export async function createPasswords(
  queue: FairQueue,
  random: Random,
  importedSchemes: () => Promise<readonly string[]>,
): Promise<Passwords> {
  const standIn = await hashPassword(randomSecret(random));

  /** Verifies the hash, and a stand-in for the hash of each other kind. */
  async function verifyAll(
    passwordHash: string | null | undefined,
    imported: ImportedHash | undefined,
    schemes: ReadonlySet<string>,
    password: string,
  ): Promise<boolean> {
    const own = imported === undefined ? passwordHash : undefined;
    let matches = await verify(own ?? standIn, password.normalize('NFC'));
    matches &&= typeof own === 'string';
    for (const scheme of schemes) {
      const isOwn = imported?.scheme === scheme;
      const verified = await verifyImported(isOwn ? imported : standInFor(scheme, random), password);
      matches ||= isOwn && verified;
    }
    return matches;
  }

  return {
    hash: (password, { lane, isKnown }) => queue.run(lane, isKnown, () => hashPassword(password)),
    async matches(passwordHash, password, { lane, isKnown }) {
      if (password.length > MAX_PASSWORD_LENGTH) return false;
      const imported = typeof passwordHash === 'string' ? importedHashOf(passwordHash) : undefined;
      const schemes = new Set(await importedSchemes());
      if (imported !== undefined) schemes.add(imported.scheme);
      return queue.run(lane, isKnown, () => verifyAll(passwordHash, imported, schemes, password));
    },
  };
}
