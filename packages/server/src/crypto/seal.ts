import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { KeyLabel, SealingKeys } from './deployment-keys.js';
import type { Random } from './random.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts and authenticates text. */
export interface Sealer {
  /** @returns base64url of IV, ciphertext and tag */
  seal(text: string): string;
  /** @returns the text; undefined if another key sealed it or it was changed */
  open(sealed: string): string | undefined;
  /**
   * Seals a value of an earlier key with the current one.
   *
   * @returns the same value if the current key opens it; undefined if no key does
   */
  reseal(sealed: string): string | undefined;
}

/**
 * AES-256-GCM under a key of the deployment.
 *
 * @param label the purpose. A value of one purpose cannot be opened for another
 * @param context a second secret that the key depends on
 */
export function createSealer(
  { current, earlier }: SealingKeys,
  label: KeyLabel,
  random: Random,
  context?: string,
): Sealer {
  const key = current.derive(label, context);
  const seal: Sealer['seal'] = (text) => {
    const iv = random(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
      'base64url',
    );
  };
  const openEarlier = (bytes: Buffer): string | undefined => {
    for (const source of earlier) {
      const text = openWith(source.derive(label, context), bytes);
      if (text !== undefined) return text;
    }
    return undefined;
  };
  return {
    seal,
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      return openWith(key, bytes) ?? openEarlier(bytes);
    },
    reseal(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (openWith(key, bytes) !== undefined) return sealed;
      const text = openEarlier(bytes);
      return text === undefined ? undefined : seal(text);
    },
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
