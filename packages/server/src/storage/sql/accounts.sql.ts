import type { AccountRecord, AccountStore, Note } from '../ports/index.js';
import { accountColumns, accountOf, accountOfTable, accountRowOf } from './account-columns.js';
import { addLogins, LoginTaken } from './account-logins.sql.js';
import { noteDown } from './audit.sql.js';
import { deleteAccount, endAllAccess, updateAccount } from './change-account.sql.js';
import type { Database } from './database.js';
import { defineNewestFirst } from './newest-first.sql.js';
import type { AccountsTable } from './schema.js';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

const findAccount = defineStatement((db, p: { id: string }) =>
  db.selectFrom('accounts').select(accountColumns).where('accounts.id', '=', p.id),
);

const findByLogin = defineStatement((db, p: { login: string }) =>
  db
    .selectFrom('account_logins')
    .innerJoin('accounts', 'accounts.id', 'account_logins.account_id')
    .select(accountColumns)
    .where('account_logins.login', '=', p.login),
);

const insertAccount = defineStatement((db, p: AccountsTable) =>
  db.insertInto('accounts').values({
    id: p.id,
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
    created_at: p.created_at,
    updated_at: p.updated_at,
  }),
);

export const newestFirst = defineNewestFirst<AccountsTable>('accounts', 'id');

/** People in SQL. */
export function sqlAccounts(database: Database): AccountStore {
  return {
    async find(id) {
      const row = await database.readFirst(findAccount, { id });
      return row && accountOf(row);
    },
    async findByLogin(login) {
      const row = await database.readFirst(findByLogin, { login });
      return row && accountOf(row);
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
    list: (page) => newestFirst.page(database, page, undefined, accountOfTable),
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

function* addAccount(account: AccountRecord, note: Note<AccountRecord> | undefined): Unit<void> {
  yield* execute(insertAccount, accountRowOf(account));
  yield* addLogins(account);
  yield* noteDown(note, account);
}
