import type {
  AccessEnding,
  AccountChanges,
  AccountRecord,
  DeletedAccount,
  EndedAccountAccess,
  Note,
  WithChange,
} from '../ports/index.js';
import { endLinksOf, spend } from './account-links.sql.js';
import { replaceLogins } from './account-logins.sql.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import { endAccess } from './end-access.sql.js';
import { endAccountAccess, endGrantsOf, endSessionsOf } from './end-account-access.sql.js';
import { lockAccount } from './lock-account.sql.js';
import { addMail } from './mails.sql.js';
import { forgetDevicesOf } from './remembered-devices.sql.js';
import { defineStatement } from './statement.js';
import { accountsTable } from './tables/accounts.table.js';
import { all, execute, first, type Unit } from './unit.js';

const otherAdministrator = defineStatement((db, p: { id: string }) =>
  db
    .selectFrom('accounts')
    .select('id')
    .where('is_admin', '=', 1)
    .where('disabled_at', 'is', null)
    .where('id', '!=', p.id)
    .limit(1),
);

const changeable = accountsTable.omit('id', 'createdAt');

const updateRow = defineStatement((db, p: TableRow<typeof changeable> & { id: string }) =>
  db.updateTable('accounts').set(changeable.values(p)).where('id', '=', p.id),
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

/** Run it as an exclusive unit: the number of administrators must not change meanwhile. */
export function* updateAccount(
  id: string,
  changes: (account: AccountRecord) => AccountChanges | undefined,
  note: Note<AccountRecord> | undefined,
  ending?: AccessEnding,
  also?: WithChange,
): Unit<AccountRecord | 'missing' | 'lastAdministrator'> {
  if (also?.link !== undefined) yield* spend(also.link);
  const before = yield* lockAccount(id);
  if (before === undefined) return 'missing';
  const change = changes(before);
  if (change === undefined) {
    if (ending !== undefined) yield* endAccessOf(before, ending);
    return before;
  }
  const after: AccountRecord = { ...before, ...change };
  if (administers(before) && !administers(after) && !(yield* isAnotherAdministrator(id))) {
    return 'lastAdministrator';
  }
  yield* execute(updateRow, { id, ...changeable.rowOf(after) });
  if (after.username !== before.username || after.email !== before.email) yield* replaceLogins(after);
  const turned = (after.disabledAt === null) !== (before.disabledAt === null);
  const isNewEmail = after.email !== before.email;
  const isNewPassword = after.passwordHash !== before.passwordHash;
  if (turned || isNewPassword) yield* endSessionsOf(id, after.updatedAt);
  // Another user may have known the old password.
  if (isNewPassword) yield* forgetDevicesOf(id);
  if (turned || isNewPassword || isNewEmail) yield* endLinksOf(id);
  // Also when it is enabled: a grant that was written while the account was being disabled ends then.
  if (turned) yield* endGrantsOf(id, after.updatedAt);
  yield* noteDown(note, after);
  for (const mail of also?.mails?.(before, after) ?? []) yield* addMail(mail);
  if (ending !== undefined) yield* endAccessOf(after, ending);
  return after;
}

/** Ends all access of an account. The account stays as it is. */
export function* endAllAccess(id: string, ending: AccessEnding): Unit<EndedAccountAccess | 'missing'> {
  const account = yield* lockAccount(id);
  return account === undefined ? 'missing' : yield* endAccessOf(account, ending);
}

function* endAccessOf(account: AccountRecord, { now, note }: AccessEnding): Unit<EndedAccountAccess> {
  const ended = yield* endAccountAccess(account.id, now);
  yield* noteDown(note, { account, ended });
  return ended;
}

/**
 * Deletes an account. Its sessions, consents, grants and API keys are deleted with it: their foreign keys cascade. Run
 * it as an exclusive unit.
 */
export function* deleteAccount(
  id: string,
  now: number,
  note: Note<DeletedAccount> | undefined,
): Unit<'deleted' | 'missing' | 'lastAdministrator'> {
  const account = yield* lockAccount(id);
  if (account === undefined) return 'missing';
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
