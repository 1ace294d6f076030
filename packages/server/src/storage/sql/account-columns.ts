import type { AccountRecord } from '../ports/index.js';
import { flag, isSet, json, object } from './columns.js';
import type { AccountsTable } from './schema.js';

/** An account's columns under names that stay apart from those of whatever it is joined with. */
export const accountColumns = [
  'accounts.id as account_id',
  'accounts.username as account_username',
  'accounts.email as account_email',
  'accounts.email_verified as account_email_verified',
  'accounts.name as account_name',
  'accounts.given_name as account_given_name',
  'accounts.family_name as account_family_name',
  'accounts.claims as account_claims',
  'accounts.password_hash as account_password_hash',
  'accounts.is_admin as account_is_admin',
  'accounts.disabled_at as account_disabled_at',
  'accounts.created_at as account_created_at',
  'accounts.updated_at as account_updated_at',
] as const;

/** A row that `accountColumns` were selected into. */
export interface AccountRow {
  account_id: string;
  account_username: string;
  account_email: string | null;
  account_email_verified: number;
  account_name: string;
  account_given_name: string | null;
  account_family_name: string | null;
  account_claims: string;
  account_password_hash: string | null;
  account_is_admin: number;
  account_disabled_at: number | null;
  account_created_at: number;
  account_updated_at: number;
}

export function accountOf(row: AccountRow): AccountRecord {
  return accountOfTable({
    id: row.account_id,
    username: row.account_username,
    email: row.account_email,
    email_verified: row.account_email_verified,
    name: row.account_name,
    given_name: row.account_given_name,
    family_name: row.account_family_name,
    claims: row.account_claims,
    password_hash: row.account_password_hash,
    is_admin: row.account_is_admin,
    disabled_at: row.account_disabled_at,
    created_at: row.account_created_at,
    updated_at: row.account_updated_at,
  });
}

/** The same, of a row of the table itself. */
export function accountOfTable(row: AccountsTable): AccountRecord {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    emailVerified: isSet(row.email_verified),
    name: row.name,
    givenName: row.given_name,
    familyName: row.family_name,
    claims: object(row.claims),
    passwordHash: row.password_hash,
    isAdmin: isSet(row.is_admin),
    disabledAt: row.disabled_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** An account as its row. */
export function accountRowOf(account: AccountRecord): AccountsTable {
  return {
    id: account.id,
    username: account.username,
    email: account.email,
    email_verified: flag(account.emailVerified),
    name: account.name,
    given_name: account.givenName,
    family_name: account.familyName,
    claims: json(account.claims),
    password_hash: account.passwordHash,
    is_admin: flag(account.isAdmin),
    disabled_at: account.disabledAt,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
  };
}
