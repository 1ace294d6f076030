import type { AccountRecord } from '../../ports/index.js';
import { nullable, withComputed } from '../codec/compound.js';
import { flag, json, text, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Users. */
export const accountsTable = defineTable('accounts', {
  id: text('id'),
  externalId: nullable(text('external_id')),
  username: text('username'),
  email: nullable(text('email')),
  emailVerified: flag('email_verified'),
  name: text('name'),
  givenName: nullable(text('given_name')),
  familyName: nullable(text('family_name')),
  claims: json('claims'),
  passwordHash: withComputed(
    nullable(text('password_hash')),
    nullable(text('password_scheme')),
    importedSchemeOf,
  ),
  isAdmin: flag('is_admin'),
  disabledAt: nullable(time('disabled_at')),
  createdAt: time('created_at'),
  updatedAt: time('updated_at'),
} satisfies FieldsFor<AccountRecord>);

/** The account of a joined row. */
export const joinedAccount = accountsTable.prefixed('account_');

/** Every name that a user can sign in with: usernames and email addresses. */
export const accountLoginsTable = defineTable('account_logins', {
  login: text('login'),
  accountId: text('account_id'),
});

/** The scheme of a hash of another system; null for other hashes. */
function importedSchemeOf(passwordHash: string | null): string | null {
  return passwordHash?.startsWith('imported:') === true ? (passwordHash.split(':')[1] ?? null) : null;
}
