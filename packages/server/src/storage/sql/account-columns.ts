import type { AccountRecord } from '../ports/index.js';
import { isSet, object } from './columns.js';

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
  return {
    id: row.account_id,
    username: row.account_username,
    email: row.account_email,
    emailVerified: isSet(row.account_email_verified),
    name: row.account_name,
    givenName: row.account_given_name,
    familyName: row.account_family_name,
    claims: object(row.account_claims),
    passwordHash: row.account_password_hash,
    isAdmin: isSet(row.account_is_admin),
    disabledAt: row.account_disabled_at,
    createdAt: row.account_created_at,
    updatedAt: row.account_updated_at,
  };
}
