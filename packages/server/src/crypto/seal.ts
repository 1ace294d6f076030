import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Random } from './random.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts text so that only the same key opens it, and any change shows. */
export interface Sealer {
  /** @returns base64url of IV, ciphertext and tag */
  seal(text: string): string;
  /** @returns the text, or undefined when it was not sealed with this key or was changed since */
  open(sealed: string): string | undefined;
}

/**
 * AES-256-GCM under a key derived with HKDF-SHA-256 (RFC 5869).
 *
 * @param secret the key material: the deployment's secret, alone or with a token's
 * @param purpose what is sealed; one purpose cannot open what was sealed for another
 * @param previous the secret before this one: it opens what was sealed with it, and seals nothing any more
 */
export function createSealer(secret: string, purpose: string, random: Random, previous?: string): Sealer {
  const key = deriveKey(secret, purpose);
  const before = previous === undefined ? undefined : previousKey(previous, purpose);
  return {
    seal(text) {
      const iv = random(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
        'base64url',
      );
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      return openWith(key, bytes) ?? (before === undefined ? undefined : openWith(before(), bytes));
    },
  };
}

/**
 * Seals anew what was sealed with another secret.
 *
 * @returns the text as it is where this secret opens it already; undefined where neither does
 */
export type Reseal = (sealed: string) => string | undefined;

/** @param previous the secret before this one, if there was one */
export function createReseal(
  secret: string,
  previous: string | undefined,
  purpose: string,
  random: Random,
): Reseal {
  const sealer = createSealer(secret, purpose, random);
  const before = previous === undefined ? undefined : createSealer(previous, purpose, random);
  return (sealed) => {
    if (sealer.open(sealed) !== undefined) return sealed;
    const opened = before?.open(sealed);
    return opened === undefined ? undefined : sealer.seal(opened);
  };
}

/** Derived once, and only where something is there that the current key does not open. */
function previousKey(secret: string, purpose: string): () => Buffer {
  let key: Buffer | undefined;
  return () => {
    key ??= deriveKey(secret, purpose);
    return key;
  };
}

function openWith(key: Buffer, bytes: Buffer): string | undefined {
  if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

/** A 256-bit key for one purpose, derived from a secret with HKDF-SHA-256 (RFC 5869). */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'grantor', purpose, 32));
}
