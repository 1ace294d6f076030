import type { AccountRecord, AccountStore } from '../ports/index.js';
import { accountColumns, accountOf } from './account-columns.js';
import { flag, json } from './columns.js';
import type { Database } from './database.js';
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

const insertLogin = defineStatement((db, p: { login: string; account_id: string }) =>
  db
    .insertInto('account_logins')
    .values({ login: p.login, account_id: p.account_id })
    .onConflict((conflict) => conflict.column('login').doNothing()),
);

const updatePassword = defineStatement((db, p: { id: string; password_hash: string; now: number }) =>
  db
    .updateTable('accounts')
    .set({ password_hash: p.password_hash, updated_at: p.now })
    .where('id', '=', p.id),
);

const updateDisabled = defineStatement((db, p: { id: string; disabled_at: number | null; now: number }) =>
  db.updateTable('accounts').set({ disabled_at: p.disabled_at, updated_at: p.now }).where('id', '=', p.id),
);

/** Undoes the unit that adds an account. */
class LoginTaken extends Error {}

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
    async create(account) {
      try {
        await database.unit(() => addAccount(account));
        return 'created';
      } catch (error) {
        if (error instanceof LoginTaken) return 'usernameTaken';
        throw error;
      }
    },
    async setPassword(id, passwordHash, now) {
      const changed = await database.write(updatePassword, { id, password_hash: passwordHash, now });
      return changed === 1 ? 'changed' : 'missing';
    },
    async setDisabled(id, disabledAt, now) {
      const changed = await database.write(updateDisabled, { id, disabled_at: disabledAt, now });
      return changed === 1 ? 'changed' : 'missing';
    },
  };
}

function* addAccount(account: AccountRecord): Unit<void> {
  yield* execute(insertAccount, rowOf(account));
  // Sorted, so that two accounts that want the same two names wait for each other in one order.
  const logins = new Set([account.username, account.email].filter((login) => login !== null).toSorted());
  for (const login of logins) {
    const added = yield* execute(insertLogin, { login, account_id: account.id });
    if (added === 0) throw new LoginTaken();
  }
}

function rowOf(account: AccountRecord): AccountsTable {
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
