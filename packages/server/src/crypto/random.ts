import { randomBytes, randomFillSync } from 'node:crypto';

/** Returns unpredictable bytes. Tests pass their own. */
export type Random = (size: number) => Buffer;

export const systemRandom: Random = (size) => randomBytes(size);

/** The size of the pool, in bytes. Most requests need 16 to 100 bytes. */
const POOL_BYTES = 4096;

/**
 * Creates a random generator for a server. It fetches bytes for many requests together, which costs a tenth of fetching
 * them one by one. Each byte is returned once and erased from the pool.
 *
 * @param fill fills a buffer with unpredictable bytes
 */
export function createPooledRandom(fill: (pool: Buffer) => unknown = randomFillSync): Random {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  return (size) => {
    if (size > POOL_BYTES) {
      const bytes = Buffer.alloc(size);
      fill(bytes);
      return bytes;
    }
    if (used + size > POOL_BYTES) {
      fill(pool);
      used = 0;
    }
    const bytes = Buffer.from(pool.subarray(used, used + size));
    pool.fill(0, used, used + size);
    used += size;
    return bytes;
  };
}

/** A 256-bit secret in base64url: 43 characters that need no encoding anywhere (URL, form, Basic, JSON). */
export function randomSecret(random: Random): string {
  return random(32).toString('base64url');
}

/**
 * A random ID of 127 bits: 22 characters of base64url that begin with a letter. An ID with a leading hyphen would be an
 * option on a command line.
 */
export function randomId(random: Random): string {
  const bytes = Buffer.from(random(16));
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('base64url');
}
