import type { Random } from '../../crypto/random.js';
import { argon2 } from './argon2.js';
import { bcrypt } from './bcrypt.js';
import type { HashAlgorithm, ReadHash } from './hash-algorithm.js';
import { pbkdf2 } from './pbkdf2.js';
import { scrypt } from './scrypt.js';

const algorithms: readonly HashAlgorithm[] = [argon2, bcrypt, scrypt, pbkdf2];

/** A password hash of another system, as it is stored. */
export interface ImportedHash {
  /** Algorithm and costs, such as `bcrypt,10`: what a verification costs. */
  readonly scheme: string;
  readonly value: string;
}

/** The outcome of reading a hash: the text to store, or the reason against it. It never has the hash in it. */
export type StoredHash = { readonly stored: string; readonly scheme: string } | { readonly refused: string };

/** Reads a password hash in one of the formats that systems export. */
export function readHash(text: string): StoredHash {
  for (const algorithm of algorithms) {
    const read = algorithm.read(text);
    if (read !== undefined) return stored(algorithm, read);
  }
  return {
    refused: 'must be a hash by argon2, bcrypt, scrypt or PBKDF2 in a format of docs/import-users.md',
  };
}

function stored({ name }: HashAlgorithm, read: ReadHash): StoredHash {
  if ('refused' in read) return read;
  const scheme = `${name},${read.parameters}`;
  return { stored: `imported:${scheme}:${read.value}`, scheme };
}

/** @returns undefined for a hash that Grantor made */
export function importedHashOf(passwordHash: string): ImportedHash | undefined {
  const found = /^imported:([^:]+):(.+)$/s.exec(passwordHash);
  return found === null ? undefined : { scheme: found[1] ?? '', value: found[2] ?? '' };
}

/**
 * Whether this is the password of the hash. Other systems do not normalize passwords as Grantor does, so the password
 * counts as it was typed and in its normal form.
 */
export async function verifyImported({ scheme, value }: ImportedHash, password: string): Promise<boolean> {
  const { algorithm, parameters } = algorithmOf(scheme);
  let matches = false;
  for (const form of new Set([password, password.normalize('NFC')])) {
    matches = (await algorithm.verify(parameters, value, form)) || matches;
  }
  return matches;
}

/** A hash of no password. Its verification takes the same work as every other of the scheme. */
export function standInFor(scheme: string, random: Random): ImportedHash {
  const { algorithm, parameters } = algorithmOf(scheme);
  return { scheme, value: algorithm.standIn(parameters, random) };
}

function algorithmOf(scheme: string): { readonly algorithm: HashAlgorithm; readonly parameters: string } {
  const [name = '', ...parameters] = scheme.split(',');
  const algorithm = algorithms.find((each) => each.name === name);
  if (algorithm === undefined) throw new Error(`Stored password hashes have the unknown algorithm ${name}`);
  return { algorithm, parameters: parameters.join(',') };
}
