import { hash, timingSafeEqual } from 'node:crypto';

/**
 * SHA-256 in base64url, for high-entropy secrets: tokens, codes, client secrets, API keys. Passwords are hashed with
 * argon2id instead (`accounts/passwords.ts`).
 */
export function sha256(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** Compares two strings in constant time. Only their lengths, which are not secret, can show in the time. */
export function equalInConstantTime(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  const sameLength = left.length === right.length;
  return timingSafeEqual(left, sameLength ? right : left) && sameLength;
}
