import { changesBetween } from '../audit/changes.js';
import type { EventDetails } from '../audit/events.js';
import type { Clock } from '../crypto/clock.js';
import type {
  AccessEnding,
  AccountChanges,
  AccountRecord,
  AccountStore,
  AuditEvent,
  DeletedAccount,
  EndedAccountAccess,
  WithChange,
} from '../storage/ports/index.js';
import type { AccountChangeFields, NewAccountFields } from './account-fields.js';
import { representAccount, representEnded } from './account-representation.js';
import { mergeClaims } from './claims.js';
import { newAccountRecord } from './create-account.js';
import { normalizeUsername } from './username.js';

/** The caller that changes an account. */
export interface AccountChanger {
  /** Creates the audit event of the change, with the caller as its actor. */
  readonly event: (details: Omit<EventDetails, 'actor' | 'via' | 'address'>) => AuditEvent;
  /** Called with the account before the change, in the same transaction. An exception leaves the account unchanged. */
  readonly inspect?: (account: AccountRecord) => void;
  /** What else the transaction of an update writes. */
  readonly also?: WithChange;
}

/** How the management API and the command line create, change and delete accounts. */
export interface AccountManagement {
  create(fields: NewAccountFields, by: AccountChanger): Promise<AccountRecord | 'usernameTaken'>;
  update(
    id: string,
    fields: AccountChangeFields,
    by: AccountChanger,
  ): Promise<AccountRecord | 'missing' | 'usernameTaken' | 'lastAdministrator'>;
  /** Ends sessions, grants and API keys, and the tokens that the apps of the account have for themselves. */
  endAccess(id: string, by: AccountChanger): Promise<EndedAccountAccess | 'missing'>;
  delete(id: string, by: AccountChanger): Promise<'deleted' | 'missing' | 'lastAdministrator'>;
}

/**
 * @param hashPassword returns the hash that is stored
 * @param onSessionsEnded called when sessions may have ended, so that apps can be notified
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
      const account = newAccountRecord(fields, (await hashOf(fields.password)) ?? null, clock());
      const outcome = await accounts.create(account, () => event(creationEvent(account)));
      return outcome === 'created' ? account : outcome;
    },
    async update(id, fields, { event, inspect, also }) {
      // Hashing takes time on purpose, so it happens before the transaction.
      const passwordHash = await hashOf(fields.password);
      let before: AccountRecord | undefined;
      const updated = await accounts.update(
        id,
        (account) => {
          inspect?.(account);
          before = account;
          return changesOf(account, fields, passwordHash, clock());
        },
        (account) => event(changeEvent(before ?? account, account)),
        fields.end_access === true ? accessEnding(event, clock()) : undefined,
        also,
      );
      onSessionsEnded();
      return updated;
    },
    async endAccess(id, { event }) {
      const ended = await accounts.endAccess(id, accessEnding(event, clock()));
      onSessionsEnded();
      return ended;
    },
    delete: (id, { event, inspect }) =>
      accounts.delete(id, clock(), ({ account, clientIds }: DeletedAccount) => {
        inspect?.(account);
        const before = representAccount(account);
        return event({ ...eventOf('account.deleted', account), before, after: { stopped_apps: clientIds } });
      }),
  };
}

type AccountEventType =
  | 'account.created'
  | 'account.updated'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.access_ended'
  | 'account.deleted';

const eventOf = (type: AccountEventType, { id }: AccountRecord) => ({
  type,
  target: { type: 'account', id },
  accountId: id,
});

/** The event of a new account, without its actor. */
export function creationEvent(account: AccountRecord) {
  return { ...eventOf('account.created', account), after: representAccount(account) };
}

function accessEnding(event: AccountChanger['event'], now: number): AccessEnding {
  return {
    now,
    note: ({ account, ended }) =>
      event({ ...eventOf('account.access_ended', account), after: representEnded(ended) }),
  };
}

/** The event of a change, without its actor. */
export function changeEvent(before: AccountRecord, after: AccountRecord) {
  const changes = changesBetween(representAccount(before), representAccount(after));
  const isDisabled = after.disabledAt !== null;
  const isToggled = isDisabled !== (before.disabledAt !== null);
  const type = !isToggled ? 'account.updated' : isDisabled ? 'account.disabled' : 'account.enabled';
  // The representation of an account does not show that one password replaced another.
  const password = before.passwordHash === after.passwordHash ? {} : { password_changed: true };
  return { ...eventOf(type, after), ...changes, after: { ...changes.after, ...password } };
}

/** @returns undefined to keep the password, null to remove it */
function passwordHashing(hashPassword: (password: string) => Promise<string>) {
  return async (password: string | null | undefined): Promise<string | null | undefined> =>
    password === undefined || password === null ? password : hashPassword(password);
}

/**
 * The changes of an account by these fields; undefined where nothing changes.
 *
 * @param passwordHash undefined to keep the password, null to remove it
 * @param now in seconds since the epoch
 */
export function changesOf(
  account: AccountRecord,
  fields: AccountChangeFields,
  passwordHash: string | null | undefined,
  now: number,
): AccountChanges | undefined {
  const changed = revised(account, fields, passwordHash, now);
  const isSame = JSON.stringify({ ...account, ...changed }) === JSON.stringify(account);
  return isSame ? undefined : { ...changed, updatedAt: now };
}

function revised(
  account: AccountRecord,
  fields: AccountChangeFields,
  passwordHash: string | null | undefined,
  now: number,
): Omit<AccountChanges, 'updatedAt'> {
  const email = emailOf(fields.email);
  const kept = email === undefined ? account.email : email;
  // The username of an account that signs in with its email address changes with the address.
  const followed = account.username === account.email ? (kept ?? account.username) : account.username;
  const isNewEmail = kept !== account.email;
  return {
    externalId: fields.external_id === undefined ? account.externalId : fields.external_id,
    username: fields.username === undefined ? followed : normalizeUsername(fields.username),
    email: kept,
    // An address that the operator enters counts as verified.
    emailVerified: kept !== null && (fields.email_verified ?? (isNewEmail || account.emailVerified)),
    name: fields.name ?? account.name,
    givenName: fields.given_name === undefined ? account.givenName : fields.given_name,
    familyName: fields.family_name === undefined ? account.familyName : fields.family_name,
    claims: mergeClaims(account.claims, fields.claims),
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
