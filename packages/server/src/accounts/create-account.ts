import { randomUUID } from 'node:crypto';
import type { Clock } from '../crypto/clock.js';
import type { AccountRecord, AccountStore } from '../storage/ports/index.js';
import type { NewAccountFields } from './account-fields.js';
import { mergeClaims, type RecordedClaims } from './claims.js';
import { hashPassword } from './passwords.js';
import { normalizeUsername } from './username.js';

/**
 * A new account with these fields. An email address counts as verified, since the operator enters it.
 *
 * @param passwordHash null for an account without a password
 * @param now in seconds since the epoch
 */
export function newAccountRecord(
  fields: NewAccountFields,
  passwordHash: string | null,
  now: number,
): AccountRecord {
  const email = typeof fields.email === 'string' ? normalizeUsername(fields.email) : null;
  const username = normalizeUsername(fields.username ?? email ?? '');
  const names = [fields.given_name, fields.family_name].filter((name) => typeof name === 'string');
  return {
    id: randomUUID(),
    externalId: fields.external_id ?? null,
    username,
    email,
    emailVerified: email !== null && (fields.email_verified ?? true),
    name: fields.name ?? (names.length > 0 ? names.join(' ') : username),
    givenName: fields.given_name ?? null,
    familyName: fields.family_name ?? null,
    claims: mergeClaims({}, fields.claims),
    passwordHash,
    isAdmin: fields.is_admin ?? false,
    disabledAt: fields.disabled === true ? now : null,
    createdAt: now,
    updatedAt: now,
  };
}

/** The fields of an account that the server creates when it starts. */
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
 * Creates an account that signs in with its email address, unless it exists.
 *
 * @returns `usernameTaken` if it exists; the account does not change
 */
export async function createAccount(
  accounts: AccountStore,
  clock: Clock,
  { email, password, name, givenName, familyName, claims, isAdmin }: NewAccount,
): Promise<'created' | 'usernameTaken'> {
  // Hashing takes time on purpose, so it is skipped if the account exists.
  if ((await accounts.findByLogin(normalizeUsername(email))) !== undefined) return 'usernameTaken';
  const fields = { email, name, given_name: givenName, family_name: familyName, claims, is_admin: isAdmin };
  return accounts.create(newAccountRecord(fields, await hashPassword(password), clock()));
}
