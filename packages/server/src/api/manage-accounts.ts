import { randomUUID } from 'node:crypto';
import { normalizeUsername } from '../accounts/username.js';
import { changesBetween } from '../audit/changes.js';
import type { Clock } from '../crypto/clock.js';
import type {
  AccessEnding,
  AccountChanges,
  AccountRecord,
  AccountStore,
  DeletedAccount,
  EndedAccountAccess,
} from '../storage/ports/index.js';
import { representAccount, representEnded } from './account-representation.js';
import type { AccountChangeFields, NewAccountFields } from './account-schema.js';
import type { Call } from './operation.js';

/** Who changes an account. */
export interface AccountChanger {
  /** Creates the audit event. */
  readonly event: Call<never, never, never>['event'];
  /** Checks the account in the transaction of the change. An exception leaves the account unchanged. */
  readonly inspect?: (account: AccountRecord) => void;
}

/** Account management for the API and the command line. */
export interface AccountManagement {
  create(fields: NewAccountFields, by: AccountChanger): Promise<AccountRecord | 'usernameTaken'>;
  update(
    id: string,
    fields: AccountChangeFields,
    by: AccountChanger,
  ): Promise<AccountRecord | 'missing' | 'usernameTaken' | 'lastAdministrator'>;
  /** Ends all access of an account: sessions, grants, API keys, and the own tokens of the apps it registered. */
  endAccess(id: string, by: AccountChanger): Promise<EndedAccountAccess | 'missing'>;
  delete(id: string, by: AccountChanger): Promise<'deleted' | 'missing' | 'lastAdministrator'>;
}

/**
 * @param hashPassword returns the hash to store
 * @param onSessionsEnded called when sessions may have ended, so that apps are notified
 */
export function createAccountManagement(
  accounts: AccountStore,
  clock: Clock,
  hashPassword: (password: string) => Promise<string>,
  onSessionsEnded: () => void = () => {},
): AccountManagement {
  const hashOf = passwordHashing(hashPassword);
  return {
    async create(fields, { event }) {
      const account = newAccount(fields, await hashOf(fields.password), clock());
      const outcome = await accounts.create(account, () =>
        event({ ...about('account.created', account), after: representAccount(account) }),
      );
      return outcome === 'created' ? account : outcome;
    },
    async update(id, fields, { event, inspect }) {
      // Hashing is slow by design, so it happens before the transaction.
      const passwordHash = await hashOf(fields.password);
      let before: AccountRecord | undefined;
      const updated = await accounts.update(
        id,
        (account) => {
          inspect?.(account);
          before = account;
          const changed = revised(account, fields, passwordHash, clock());
          const isSame = JSON.stringify({ ...account, ...changed }) === JSON.stringify(account);
          return isSame ? undefined : { ...changed, updatedAt: clock() };
        },
        (account) => event(whatChanged(before ?? account, account)),
        fields.end_access === true ? endingOf(event, clock()) : undefined,
      );
      onSessionsEnded();
      return updated;
    },
    async endAccess(id, { event }) {
      const ended = await accounts.endAccess(id, endingOf(event, clock()));
      onSessionsEnded();
      return ended;
    },
    delete: (id, { event, inspect }) =>
      accounts.delete(id, clock(), ({ account, clientIds }: DeletedAccount) => {
        inspect?.(account);
        const before = representAccount(account);
        return event({ ...about('account.deleted', account), before, after: { stopped_apps: clientIds } });
      }),
  };
}

type Happened =
  | 'account.created'
  | 'account.updated'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.access_ended'
  | 'account.deleted';

const about = (type: Happened, { id }: AccountRecord) => ({
  type,
  target: { type: 'account', id },
  accountId: id,
});

function endingOf(event: AccountChanger['event'], now: number): AccessEnding {
  return {
    now,
    note: ({ account, ended }) =>
      event({ ...about('account.access_ended', account), after: representEnded(ended) }),
  };
}

function whatChanged(before: AccountRecord, after: AccountRecord) {
  const changes = changesBetween(representAccount(before), representAccount(after));
  const isDisabled = after.disabledAt !== null;
  const turned = isDisabled !== (before.disabledAt !== null);
  const type = !turned ? 'account.updated' : isDisabled ? 'account.disabled' : 'account.enabled';
  // The representation does not show that one password replaced another.
  const password = before.passwordHash === after.passwordHash ? {} : { password_changed: true };
  return { ...about(type, after), ...changes, after: { ...changes.after, ...password } };
}

/** @returns undefined to keep the password, null to remove it */
function passwordHashing(hashPassword: (password: string) => Promise<string>) {
  return async (password: string | null | undefined): Promise<string | null | undefined> =>
    password === undefined || password === null ? password : hashPassword(password);
}

function newAccount(
  fields: NewAccountFields,
  passwordHash: string | null | undefined,
  now: number,
): AccountRecord {
  const email = emailOf(fields.email) ?? null;
  const username = normalizeUsername(fields.username ?? email ?? '');
  const names = [fields.given_name, fields.family_name].filter((name) => typeof name === 'string');
  return {
    id: randomUUID(),
    username,
    email,
    emailVerified: email !== null && (fields.email_verified ?? true),
    name: fields.name ?? (names.length > 0 ? names.join(' ') : username),
    givenName: fields.given_name ?? null,
    familyName: fields.family_name ?? null,
    claims: mergedClaims({}, fields.claims),
    passwordHash: passwordHash ?? null,
    isAdmin: fields.is_admin ?? false,
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

function revised(
  account: AccountRecord,
  fields: AccountChangeFields,
  passwordHash: string | null | undefined,
  now: number,
): Omit<AccountChanges, 'updatedAt'> {
  const email = emailOf(fields.email);
  const kept = email === undefined ? account.email : email;
  // A username that equals the email address follows it.
  const followed = account.username === account.email ? (kept ?? account.username) : account.username;
  const isNewEmail = kept !== account.email;
  return {
    username: fields.username === undefined ? followed : normalizeUsername(fields.username),
    email: kept,
    // An address that an administrator sets counts as verified unless the request says otherwise.
    emailVerified: kept !== null && (fields.email_verified ?? (isNewEmail || account.emailVerified)),
    name: fields.name ?? account.name,
    givenName: fields.given_name === undefined ? account.givenName : fields.given_name,
    familyName: fields.family_name === undefined ? account.familyName : fields.family_name,
    claims: mergedClaims(account.claims, fields.claims),
    passwordHash: passwordHash === undefined ? account.passwordHash : passwordHash,
    isAdmin: fields.is_admin ?? account.isAdmin,
    disabledAt: disabledAtOf(account, fields.disabled, now),
  };
}

function emailOf(email: string | null | undefined): string | null | undefined {
  return email === undefined || email === null ? email : normalizeUsername(email);
}

function disabledAtOf(
  { disabledAt }: AccountRecord,
  disabled: boolean | undefined,
  now: number,
): number | null {
  if (disabled === undefined || disabled === (disabledAt !== null)) return disabledAt;
  return disabled ? now : null;
}

/** Claims that are left out keep their value, and null removes one. */
function mergedClaims(
  claims: AccountRecord['claims'],
  changes: AccountChangeFields['claims'] = {},
): AccountRecord['claims'] {
  const merged = Object.entries({ ...claims, ...changes });
  return Object.fromEntries(merged.filter(([, value]) => value !== null && value !== undefined));
}
