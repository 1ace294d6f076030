import { z } from 'zod';
import type { AccountRecord } from '../storage/ports/index.js';
import { isoTime, timestamp } from './page.js';

/** A person as the API shows them: never with their password, or what is kept of it. */
export function representAccount(account: AccountRecord): Record<string, unknown> {
  return {
    id: account.id,
    username: account.username,
    email: account.email,
    email_verified: account.emailVerified,
    name: account.name,
    given_name: account.givenName,
    family_name: account.familyName,
    claims: account.claims,
    is_admin: account.isAdmin,
    has_password: account.passwordHash !== null,
    disabled: account.disabledAt !== null,
    disabled_on: account.disabledAt === null ? null : isoTime(account.disabledAt),
    created_on: isoTime(account.createdAt),
    modified_on: isoTime(account.updatedAt),
  };
}

/** What an answer has beyond what may be changed; passed over, so that an answer can be sent back as an update. */
export const ACCOUNT_READ_ONLY_FIELDS = [
  'id',
  'has_password',
  'disabled_on',
  'created_on',
  'modified_on',
] as const;

export const accountSchema = z
  .object({
    id: z.string().meta({ description: 'The `sub` of their tokens; it never changes' }),
    username: z.string(),
    email: z.string().nullable(),
    email_verified: z.boolean(),
    name: z.string(),
    given_name: z.string().nullable(),
    family_name: z.string().nullable(),
    claims: z.record(z.string(), z.unknown()),
    is_admin: z.boolean(),
    has_password: z.boolean(),
    disabled: z.boolean(),
    disabled_on: timestamp.nullable(),
    created_on: timestamp,
    modified_on: timestamp,
  })
  .meta({ id: 'Account', description: 'Somebody who can sign in' });
