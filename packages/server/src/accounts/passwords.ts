import { hash, verify } from '@node-rs/argon2';

/** argon2id with 19 MiB, two passes, one lane (OWASP's first choice; RFC 9106 §4 for the algorithm). */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Longer is cut by nobody and refused by us: hashing it would be a stranger's way to keep us busy. */
export const MAX_PASSWORD_LENGTH = 512;

/** @returns the encoded argon2id hash, salt and costs included */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), OPTIONS);
}

/**
 * Whether this is the password, taking as long where there is no account or no password to compare
 * with, so that an answer's time does not tell who has an account.
 *
 * @param passwordHash what is kept; undefined or null where there is nothing
 */
export async function isPassword(
  passwordHash: string | null | undefined,
  password: string,
): Promise<boolean> {
  if (password.length > MAX_PASSWORD_LENGTH) return false;
  const matches = await verify(passwordHash ?? (await nobodysHash), password.normalize('NFC'));
  return matches && typeof passwordHash === 'string';
}

const nobodysHash = hashPassword('nobody has this password, for it is not kept anywhere');
