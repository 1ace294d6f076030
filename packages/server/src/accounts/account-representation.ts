import type { AccountRecord, EndedAccountAccess } from '../storage/ports/index.js';
import { isoTime } from '../validation/time.js';

/** An account as the management API and the audit trail show it: without the password hash. */
export function representAccount(account: AccountRecord) {
  return {
    id: account.id,
    external_id: account.externalId,
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

/** The counts of what ended with the access of an account. */
export function representEnded({ sessions, grants, apiKeys, clients }: EndedAccountAccess) {
  return { sessions, grants, api_keys: apiKeys, apps: clients };
}
