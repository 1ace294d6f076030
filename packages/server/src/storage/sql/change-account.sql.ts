import type {
  AccessEnding,
  AccountChanges,
  AccountRecord,
  DeletedAccount,
  EndedAccountAccess,
  Note,
} from '../ports/index.js';
import { accountOfTable, accountRowOf } from './account-columns.js';
import { replaceLogins } from './account-logins.sql.js';
import { noteDown } from './audit.sql.js';
import { endAccess } from './end-access.sql.js';
import { endAccountAccess, endGrantsOf, endSessionsOf } from './end-account-access.sql.js';
import type { AccountsTable } from './schema.js';
import { defineStatement } from './statement.js';
import { all, execute, first, type Unit } from './unit.js';

/** Writes nothing new, and so keeps others from writing until the unit ends. */
export const lockAccount = defineStatement((db, p: { id: string }) =>
  db
    .updateTable('accounts')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', p.id)
    .returningAll(),
);

const otherAdministrator = defineStatement((db, p: { id: string }) =>
  db
    .selectFrom('accounts')
    .select('id')
    .where('is_admin', '=', 1)
    .where('disabled_at', 'is', null)
    .where('id', '!=', p.id)
    .limit(1),
);

const updateRow = defineStatement((db, p: AccountsTable) =>
  db
    .updateTable('accounts')
    .set({
      username: p.username,
      email: p.email,
      email_verified: p.email_verified,
      name: p.name,
      given_name: p.given_name,
      family_name: p.family_name,
      claims: p.claims,
      password_hash: p.password_hash,
      is_admin: p.is_admin,
      disabled_at: p.disabled_at,
      updated_at: p.updated_at,
    })
    .where('id', '=', p.id),
);

const stopClients = defineStatement((db, p: { created_by: string; now: number }) =>
  db
    .updateTable('clients')
    .set({ enabled: 0, is_suspended: 1, updated_at: p.now })
    .where('created_by', '=', p.created_by)
    .returning('id'),
);

const deleteRow = defineStatement((db, p: { id: string }) =>
  db.deleteFrom('accounts').where('id', '=', p.id),
);

/** To be run as an exclusive unit: who is the last administrator must not change meanwhile. */
export function* updateAccount(
  id: string,
  changes: (account: AccountRecord) => AccountChanges | undefined,
  note: Note<AccountRecord> | undefined,
  ending: AccessEnding | undefined,
): Unit<AccountRecord | 'missing' | 'lastAdministrator'> {
  const row = yield* first(lockAccount, { id });
  if (row === undefined) return 'missing';
  const before = accountOfTable(row);
  const change = changes(before);
  if (change === undefined) {
    if (ending !== undefined) yield* endAccessOf(before, ending);
    return before;
  }
  const after: AccountRecord = { ...before, ...change };
  if (administers(before) && !administers(after) && !(yield* isAnotherAdministrator(id))) {
    return 'lastAdministrator';
  }
  yield* execute(updateRow, accountRowOf(after));
  if (after.username !== before.username || after.email !== before.email) yield* replaceLogins(after);
  const turned = (after.disabledAt === null) !== (before.disabledAt === null);
  if (turned || after.passwordHash !== before.passwordHash) yield* endSessionsOf(id, after.updatedAt);
  // At both turns: what was granted in the very moment of the first ends with the second.
  if (turned) yield* endGrantsOf(id, after.updatedAt);
  yield* noteDown(note, after);
  if (ending !== undefined) yield* endAccessOf(after, ending);
  return after;
}

/** Ends all access of an account, and changes nothing else about it. */
export function* endAllAccess(id: string, ending: AccessEnding): Unit<EndedAccountAccess | 'missing'> {
  const row = yield* first(lockAccount, { id });
  return row === undefined ? 'missing' : yield* endAccessOf(accountOfTable(row), ending);
}

function* endAccessOf(account: AccountRecord, { now, note }: AccessEnding): Unit<EndedAccountAccess> {
  const ended = yield* endAccountAccess(account.id, now);
  yield* noteDown(note, { account, ended });
  return ended;
}

/**
 * Sessions, consents, grants and API keys go with the account: their foreign keys cascade. To be run as an
 * exclusive unit.
 */
export function* deleteAccount(
  id: string,
  now: number,
  note: Note<DeletedAccount> | undefined,
): Unit<'deleted' | 'missing' | 'lastAdministrator'> {
  const row = yield* first(lockAccount, { id });
  if (row === undefined) return 'missing';
  const account = accountOfTable(row);
  if (administers(account) && !(yield* isAnotherAdministrator(id))) return 'lastAdministrator';
  const clients = yield* all(stopClients, { created_by: id, now });
  const clientIds = clients.map((client) => client.id).toSorted();
  yield* noteDown(note, { account, clientIds });
  for (const clientId of clientIds) yield* endAccess(clientId, now);
  yield* execute(deleteRow, { id });
  return 'deleted';
}

const administers = ({ isAdmin, disabledAt }: AccountRecord) => isAdmin && disabledAt === null;

function* isAnotherAdministrator(id: string): Unit<boolean> {
  return (yield* first(otherAdministrator, { id })) !== undefined;
}
