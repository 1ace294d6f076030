import { createHmac } from 'node:crypto';
import { equalInConstantTime } from '../../crypto/hash.js';

/** RFC 6238 §4 and §5.2: time steps of 30 seconds. Authenticator apps support few other values. */
const STEP_SECONDS = 30;
const DIGITS = 6;

/** RFC 6238 §5.2: at most one step each way for slow typing and clocks that differ. */
const STEPS_AROUND = [0, -1, 1] as const;

/** RFC 4226 §4 R6: 160 bits, the recommended length of a key. */
export const TOTP_KEY_BYTES = 20;

/** The code of a time step: HOTP with HMAC-SHA-1 (RFC 4226 §5.3, RFC 6238 §1.2). */
export function totpAt(key: Buffer, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const truncated = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

/** @param at seconds since the epoch */
export function stepAt(at: number): number {
  return Math.floor(at / STEP_SECONDS);
}

/**
 * The time step that a code belongs to. The caller must accept each step once (RFC 6238 §5.2).
 *
 * @param code as the user typed it; spaces are ignored
 * @param now seconds since the epoch
 * @returns undefined if the code belongs to no step around this time
 */
export function matchingStep(key: Buffer, code: string, now: number): number | undefined {
  const typed = digitsOf(code);
  const current = stepAt(now);
  const matching = STEPS_AROUND.map((around) => current + around).filter((step) =>
    equalInConstantTime(totpAt(key, step), typed),
  );
  return matching[0];
}

/** The digits of a typed code: phones group them with spaces, and some keyboards type them in full width. */
export function digitsOf(code: string): string {
  return code.slice(0, 64).normalize('NFKC').replaceAll(/\s/g, '');
}

/**
 * The address that an authenticator app reads from the QR code.
 *
 * @param service the name of the deployment
 * @param user what the user signs in with
 */
export function totpAddress(key: Buffer, service: string, user: string): string {
  const label = `${encodeURIComponent(service)}:${encodeURIComponent(user)}`;
  return `otpauth://totp/${label}?secret=${base32(key)}&issuer=${encodeURIComponent(service)}`;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base32 without padding (RFC 4648 §6), which people can type. */
export function base32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((chunk) => BASE32.charAt(Number.parseInt(chunk.padEnd(5, '0'), 2)))
    .join('');
}
