import { randomUUID } from 'node:crypto';
import type { Clock } from '../crypto/clock.js';
import type { AccountStore } from '../storage/ports/index.js';
import type { RecordedClaims } from './claims.js';
import { hashPassword } from './passwords.js';
import { normalizeUsername } from './username.js';

/** A person to be. */
export interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly givenName?: string;
  readonly familyName?: string;
  /** Other standard claims, by name (OpenID Connect Core 1.0 §5.1). */
  readonly claims?: RecordedClaims;
  readonly isAdmin?: boolean;
}

/**
 * Creates an account that signs in with its email address, unless there is one already. The operator
 * vouches for the address.
 *
 * @returns `usernameTaken` where there is one; it stays as it is
 */
export async function createAccount(
  accounts: AccountStore,
  clock: Clock,
  { email, password, name, givenName, familyName, claims, isAdmin }: NewAccount,
): Promise<'created' | 'usernameTaken'> {
  const username = normalizeUsername(email);
  // Hashing takes time on purpose, which a restart need not spend again.
  if ((await accounts.findByLogin(username)) !== undefined) return 'usernameTaken';
  const now = clock();
  return accounts.create({
    id: randomUUID(),
    username,
    email: username,
    emailVerified: true,
    name,
    givenName: givenName ?? null,
    familyName: familyName ?? null,
    claims: { ...claims },
    passwordHash: await hashPassword(password),
    isAdmin: isAdmin ?? false,
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
  });
}
