import type { Random } from '../../crypto/random.js';

/** A password hash of another system, as it was read from a file. */
export type ReadHash =
  /** `parameters` are the costs, which decide the work of a verification. Neither part has a colon. */
  { readonly parameters: string; readonly value: string } | { readonly refused: string };

/** One algorithm of imported password hashes. */
export interface HashAlgorithm {
  /** Its name in stored hashes. */
  readonly name: string;
  /** @returns undefined for text in the format of another algorithm */
  read(text: string): ReadHash | undefined;
  verify(parameters: string, value: string, password: string): Promise<boolean>;
  /** A hash of no password whose verification takes the same work as every other with these parameters. */
  standIn(parameters: string, random: Random): string;
}

/** The bytes of a text in base64 or base64url, with or without padding; undefined for other text. */
export function fromBase64(text: string): Buffer | undefined {
  const found = /^([A-Za-z0-9+/_-]+)={0,2}$/.exec(text);
  // One letter more than whole groups of four is less than a byte: the text was cut off.
  if (found === null || (found[1] ?? '').length % 4 === 1) return undefined;
  return Buffer.from(text, 'base64');
}

/** Salt and key as one text. */
export function joinKey(salt: Buffer, key: Buffer): string {
  return `${salt.toString('base64url')}.${key.toString('base64url')}`;
}

/** What `joinKey` joined. */
export function splitKey(value: string): { readonly salt: Buffer; readonly key: Buffer } {
  const [salt = '', key = ''] = value.split('.');
  return { salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
}

/** The longest salt, in bytes, and the bounds of a derived key. A key of less than 16 bytes could be guessed. */
const MAX_SALT = 256;
const KEY_BYTES = { least: 16, most: 128 } as const;

/** @returns why salt or key cannot be used; undefined if they can */
export function keyProblem(salt: Buffer | undefined, key: Buffer | undefined): string | undefined {
  if (salt === undefined || salt.length > MAX_SALT) return `must have a salt of 1 to ${MAX_SALT} bytes`;
  if (key === undefined || key.length < KEY_BYTES.least || key.length > KEY_BYTES.most) {
    return `must have a hash of ${KEY_BYTES.least} to ${KEY_BYTES.most} bytes`;
  }
  return undefined;
}
