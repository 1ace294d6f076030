import { randomBytes } from 'node:crypto';

/** Returns unpredictable bytes. Tests pass their own. */
export type Random = (size: number) => Buffer;

export const systemRandom: Random = (size) => randomBytes(size);

/** A 256-bit secret in base64url: 43 characters that need no encoding anywhere (URL, form, Basic, JSON). */
export function randomSecret(random: Random): string {
  return random(32).toString('base64url');
}

/**
 * A random ID of 127 bits: 22 characters of base64url that begin with a letter. An ID with a leading hyphen would be an
 * option on a command line.
 */
export function randomId(random: Random): string {
  const [first = 0, ...others] = random(16);
  return Buffer.from([first & 0x7f, ...others]).toString('base64url');
}
