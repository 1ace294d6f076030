import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * SHA-256 in base64url, for high-entropy secrets: tokens, codes, client secrets, API keys. Passwords are hashed with
 * argon2id instead (`accounts/passwords.ts`).
 */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

/** Compares two strings in constant time. */
export function equalInConstantTime(a: string, b: string): boolean {
  // timingSafeEqual needs equal lengths, which hashes have.
  return timingSafeEqual(
    createHash('sha256').update(a, 'utf8').digest(),
    createHash('sha256').update(b, 'utf8').digest(),
  );
}
