import { randomBytes } from 'node:crypto';

/** Gives unpredictable bytes; tests pass their own. */
export type Random = (size: number) => Buffer;

export const systemRandom: Random = (size) => randomBytes(size);

/** A 256-bit secret in base64url: 43 characters that need no encoding anywhere (URL, form, Basic, JSON). */
export function randomSecret(random: Random): string {
  return random(32).toString('base64url');
}

/** A 128-bit name that nobody can guess; 22 characters of base64url. */
export function randomId(random: Random): string {
  return random(16).toString('base64url');
}
