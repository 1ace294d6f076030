import { sql } from 'kysely';
import type { AccountRecord, AccountStore, LinkToSpend, Note } from '../ports/index.js';
import { spend } from './account-links.sql.js';
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
  db.selectFrom('accounts').select(accountsTable.selection).where('id', '=', p.id),
);

const findByLogin = defineStatement((db, p: { login: string }) =>
  db
    .selectFrom('account_logins')
    .innerJoin('accounts', 'accounts.id', 'account_logins.account_id')
    .select(accountsTable.selection)
    .where('account_logins.login', '=', p.login),
);

const insertAccount = defineStatement((db, p: AccountRow) =>
  db.insertInto('accounts').values(accountsTable.values(p)),
);

const MOST_WITH_EXTERNAL_ID = 50;

const findByExternalId = defineStatement((db, p: { external_id: string }) =>
  db
    .selectFrom('accounts')
    .select(accountsTable.selection)
    .where('external_id', '=', p.external_id)
    .orderBy('id')
    .limit(MOST_WITH_EXTERNAL_ID),
);

const selectPage = defineStatement((db, p: { limit: number; offset: number }) =>
  db
    .selectFrom('accounts')
    .select(accountsTable.selection)
    .orderBy('created_at')
    .orderBy('id')
    .limit(p.limit)
    .offset(p.offset),
);

const countAccounts = defineStatement((db) =>
  db.selectFrom('accounts').select((eb) => eb.fn.countAll<number>().as('count')),
);

/** Also the scheme, which is computed from the hash. */
const hashColumns = accountsTable.pick('passwordHash');

const replaceHash = defineStatement((db, p: TableRow<typeof hashColumns> & { id: string; known: string }) =>
  db
    .updateTable('accounts')
    .set(hashColumns.values(p))
    .where('id', '=', p.id)
    .where('password_hash', '=', p.known),
);

/** Jumps from one scheme to the next in the index, however many accounts have it. */
const selectSchemes = defineStatement((db) => ({
  compile: () =>
    sql<{ scheme: string }>`
      with recursive schemes (scheme) as (
        select min(password_scheme) from accounts where password_scheme is not null
        union all
        select (select min(password_scheme) from accounts where password_scheme > schemes.scheme)
        from schemes where schemes.scheme is not null
      )
      select scheme from schemes where scheme is not null`.compile(db),
}));

export const newestFirst = defineNewestFirst(accountsTable, 'id');

/** The searches of provisioning, for a look at their query plans. */
export const accountSearches = { findByLogin, findByExternalId, selectPage, selectSchemes } as const;

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
    async create(account, note, link) {
      try {
        await database.unit(() => addAccount(account, note, link));
        return 'created';
      } catch (error) {
        if (error instanceof LoginTaken) return 'usernameTaken';
        throw error;
      }
    },
    async findByExternalId(externalId) {
      const rows = await database.readAll(findByExternalId, { external_id: externalId });
      return rows.map(accountsTable.recordOf);
    },
    async page(offset, limit) {
      const counted = await database.readFirst(countAccounts, {});
      const rows = limit === 0 ? [] : await database.readAll(selectPage, { limit, offset });
      return { items: rows.map(accountsTable.recordOf), total: counted?.count ?? 0 };
    },
    list: (page) => newestFirst.page(database, page, undefined),
    async update(id, changes, note, ending, also) {
      try {
        return await database.exclusiveUnit(() => updateAccount(id, changes, note, ending, also));
      } catch (error) {
        if (error instanceof LoginTaken) return 'usernameTaken';
        throw error;
      }
    },
    async replacePasswordHash(id, known, replacement) {
      const row = hashColumns.rowOf({ passwordHash: replacement });
      return (await database.write(replaceHash, { id, known, ...row })) === 1 ? 'replaced' : 'changed';
    },
    importedSchemes: async () => (await database.readAll(selectSchemes, {})).map(({ scheme }) => scheme),
    endAccess: (id, ending) => database.unit(() => endAllAccess(id, ending)),
    delete: (id, now, note) => database.exclusiveUnit(() => deleteAccount(id, now, note)),
  };
}

/** @throws LoginTaken, or LinkUnusable */
export function* addAccount(
  account: AccountRecord,
  note: Note<AccountRecord> | undefined,
  link?: LinkToSpend,
): Unit<void> {
  if (link !== undefined) yield* spend(link);
  yield* execute(insertAccount, accountsTable.rowOf(account));
  yield* addLogins(account);
  yield* noteDown(note, account);
}
