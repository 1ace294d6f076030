import { sha256 } from '../../crypto/hash.js';
import type { Random } from '../../crypto/random.js';
import { base32 } from './totp.js';

/** How many codes a user gets at once. */
export const RECOVERY_CODES = 10;

/** 80 bits: a hash of so many cannot be reversed by trying all codes. */
const CODE_BYTES = 10;

/** New recovery codes, as the user sees them once: `ABCD-EFGH-IJKL-MNOP`. */
export function newRecoveryCodes(random: Random): readonly string[] {
  return Array.from({ length: RECOVERY_CODES }, () =>
    (base32(random(CODE_BYTES)).match(/.{4}/g) ?? []).join('-'),
  );
}

/** What is stored of a code. @param code as the user typed it: case, spaces and hyphens make no difference */
export function recoveryCodeHash(code: string): string {
  return sha256(`recovery code ${normalCode(code)}`);
}

/** Whether text can be a recovery code, so that other text needs no look at the database. */
export function isRecoveryCode(code: string): boolean {
  return /^[A-Z2-7]{16}$/.test(normalCode(code));
}

function normalCode(code: string): string {
  return code.slice(0, 64).normalize('NFKC').toUpperCase().replaceAll(/[\s-]/g, '');
}
