import type { AccountRecord, AccountStore, Note } from '../ports/index.js';
import { addLogins, LoginTaken } from './account-logins.sql.js';
import { noteDown } from './audit.sql.js';
import { deleteAccount, endAllAccess, updateAccount } from './change-account.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineNewestFirst } from './newest-first.sql.js';
import { defineStatement } from './statement.js';
import { accountsTable } from './tables/accounts.table.js';
import { execute, type Unit } from './unit.js';

type AccountRow = TableRow<typeof accountsTable>;

const findAccount = defineStatement((db, p: { id: string }) =>
  db.selectFrom('accounts').selectAll().where('id', '=', p.id),
);

const findByLogin = defineStatement((db, p: { login: string }) =>
  db
    .selectFrom('account_logins')
    .innerJoin('accounts', 'accounts.id', 'account_logins.account_id')
    .selectAll('accounts')
    .where('account_logins.login', '=', p.login),
);

const insertAccount = defineStatement((db, p: AccountRow) =>
  db.insertInto('accounts').values(accountsTable.values(p)),
);

export const newestFirst = defineNewestFirst(accountsTable, 'id');

/** Users in SQL. */
export function sqlAccounts(database: Database): AccountStore {
  return {
    async find(id) {
      const row = await database.readFirst(findAccount, { id });
      return row && accountsTable.recordOf(row);
    },
    async findByLogin(login) {
      const row = await database.readFirst(findByLogin, { login });
      return row && accountsTable.recordOf(row);
    },
    async create(account, note) {
      try {
        await database.unit(() => addAccount(account, note));
        return 'created';
      } catch (error) {
        if (error instanceof LoginTaken) return 'usernameTaken';
        throw error;
      }
    },
    list: (page) => newestFirst.page(database, page, undefined),
    async update(id, changes, note, ending) {
      try {
        return await database.exclusiveUnit(() => updateAccount(id, changes, note, ending));
      } catch (error) {
        if (error instanceof LoginTaken) return 'usernameTaken';
        throw error;
      }
    },
    endAccess: (id, ending) => database.unit(() => endAllAccess(id, ending)),
    delete: (id, now, note) => database.exclusiveUnit(() => deleteAccount(id, now, note)),
  };
}

/** @throws LoginTaken */
export function* addAccount(account: AccountRecord, note: Note<AccountRecord> | undefined): Unit<void> {
  yield* execute(insertAccount, accountsTable.rowOf(account));
  yield* addLogins(account);
  yield* noteDown(note, account);
}
