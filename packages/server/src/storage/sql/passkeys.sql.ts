import type { AccountMails, Note, PasskeyRecord, PasskeyStore } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { lockAccount } from './lock-account.sql.js';
import { addMailsAbout } from './mails.sql.js';
import { forgetLeftovers } from './second-factors.sql.js';
import { defineStatement } from './statement.js';
import { joinedAccount } from './tables/accounts.table.js';
import { passkeysTable } from './tables/factors.table.js';
import { all, execute, first, type Unit } from './unit.js';
import { LastWayIn, requireWayIn } from './ways-in.sql.js';

interface Owned {
  id: string;
  account_id: string;
}

const joinedPasskey = passkeysTable.prefixed('passkey_');

const insertPasskey = defineStatement((db, p: TableRow<typeof passkeysTable>) =>
  db
    .insertInto('passkeys')
    .values(passkeysTable.values(p))
    .onConflict((conflict) => conflict.column('id').doNothing()),
);

const findPasskey = defineStatement((db, p: { id: string }) =>
  db
    .selectFrom('passkeys')
    .innerJoin('accounts', 'accounts.id', 'passkeys.account_id')
    .select(joinedPasskey.selection)
    .select(joinedAccount.selection)
    .where('passkeys.id', '=', p.id)
    .where('accounts.disabled_at', 'is', null),
);

const passkeysOf = defineStatement((db, p: { account_id: string }) =>
  db
    .selectFrom('passkeys')
    .selectAll()
    .where('account_id', '=', p.account_id)
    .orderBy('created_at')
    .orderBy('id'),
);

const used = passkeysTable.pick('counter', 'backedUp', 'lastUsedAt');

const usePasskey = defineStatement((db, p: TableRow<typeof used> & { id: string }) =>
  db
    .updateTable('passkeys')
    .set(used.values(p))
    .where('id', '=', p.id)
    .where((eb) =>
      eb.or([eb('counter', '<', p.counter), eb.and([eb('counter', '=', 0), eb('counter', '=', p.counter)])]),
    ),
);

const renamePasskey = defineStatement((db, p: Owned & { name: string }) =>
  db
    .updateTable('passkeys')
    .set({ name: p.name })
    .where('id', '=', p.id)
    .where('account_id', '=', p.account_id)
    .returningAll(),
);

const deletePasskey = defineStatement((db, p: Owned) =>
  db.deleteFrom('passkeys').where('id', '=', p.id).where('account_id', '=', p.account_id).returningAll(),
);

/** Passkeys in SQL. */
export function sqlPasskeys(database: Database): PasskeyStore {
  return {
    add: (passkey, most, note, mails) => database.unit(() => add(passkey, most, note, mails)),
    async find(id) {
      const row = await database.readFirst(findPasskey, { id });
      return row && { passkey: joinedPasskey.recordOf(row), account: joinedAccount.recordOf(row) };
    },
    async listOf(accountId) {
      const rows = await database.readAll(passkeysOf, { account_id: accountId });
      return rows.map(passkeysTable.recordOf);
    },
    async use(id, { counter, backedUp, now }) {
      const row = used.rowOf({ counter, backedUp, lastUsedAt: now });
      return (await database.write(usePasskey, { id, ...row })) === 1 ? 'used' : 'notNewer';
    },
    rename: (id, accountId, name, note) =>
      database.unit(() => change(first(renamePasskey, { id, account_id: accountId, name }), note)),
    async remove(id, accountId, note, mails) {
      try {
        return await database.unit(() => remove({ id, account_id: accountId }, note, mails));
      } catch (error) {
        if (error instanceof LastWayIn) return 'lastWayIn';
        throw error;
      }
    },
  };
}

function* add(
  passkey: PasskeyRecord,
  most: number,
  note: Note<PasskeyRecord> | undefined,
  mails: AccountMails | undefined,
): Unit<'added' | 'known' | 'accountFull' | 'missing'> {
  const { accountId } = passkey;
  // The number of passkeys must not change before this one is added.
  const account = yield* lockAccount(accountId);
  if (account === undefined) return 'missing';
  const owned = yield* all(passkeysOf, { account_id: accountId });
  if (owned.length >= most) return 'accountFull';
  if ((yield* execute(insertPasskey, passkeysTable.rowOf(passkey))) === 0) return 'known';
  yield* noteDown(note, passkey);
  yield* addMailsAbout(account, mails);
  return 'added';
}

function* change(
  statement: Unit<TableRow<typeof passkeysTable> | undefined>,
  note: Note<PasskeyRecord> | undefined,
): Unit<PasskeyRecord | 'missing'> {
  const row = yield* statement;
  if (row === undefined) return 'missing';
  const passkey = passkeysTable.recordOf(row);
  yield* noteDown(note, passkey);
  return passkey;
}

function* remove(
  owned: Owned,
  note: Note<PasskeyRecord> | undefined,
  mails: AccountMails | undefined,
): Unit<PasskeyRecord | 'missing'> {
  const account = yield* lockAccount(owned.account_id);
  if (account === undefined) return 'missing';
  const removed = yield* change(first(deletePasskey, owned), note);
  if (removed === 'missing') return removed;
  yield* requireWayIn(account, { passkeys: true });
  yield* forgetLeftovers(owned.account_id);
  yield* addMailsAbout(account, mails);
  return removed;
}
