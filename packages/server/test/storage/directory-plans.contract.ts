import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import { accountSearches } from '../../src/storage/sql/accounts.sql.js';
import type { SqlValue } from '../../src/storage/sql/codec/field.js';
import type { Database } from '../../src/storage/sql/database.js';
import { groupSearches, ids } from '../../src/storage/sql/groups.sql.js';
import { selectLogins } from '../../src/storage/sql/imports.sql.js';
import { type AnyStatement, type Dialect, plainStatement } from '../../src/storage/sql/statement.js';
import { account, type Backend, NOW } from './fixtures.js';
import { planOf, withNumbers } from './query-plan.js';

const COUNT = 20_000;

const someIds = ids.params(Array.from({ length: 100 }, (_, index) => `a-${index * 100 + 2}`));
const someLogins = ids.params(Array.from({ length: 100 }, (_, index) => `user-${index * 100 + 2}`));

/** What finds something, and the index that it must use on SQLite and on PostgreSQL. */
const searches: readonly (readonly [
  string,
  AnyStatement,
  Readonly<Record<string, SqlValue>>,
  number,
  RegExp,
])[] = [
  ['a user by username', accountSearches.findByLogin, { login: 'user-77' }, 1, /account_logins/],
  [
    'users by external ID',
    accountSearches.findByExternalId,
    { external_id: 'x-77' },
    1,
    /accounts_by_external_id/,
  ],
  ['a page of users', accountSearches.selectPage, { limit: 50, offset: 100 }, 50, /accounts_newest_first/],
  ['the kinds of imported hashes', accountSearches.selectSchemes, {}, 2, /accounts_by_password_scheme/],
  ['a group by name', groupSearches.findByName, { origin: 'scim', name_key: 'group-77' }, 1, /groups/],
  [
    'groups by external ID',
    groupSearches.findByExternalId,
    { origin: 'scim', external_id: 'x-77' },
    1,
    /groups_by_external_id/,
  ],
  [
    'a page of groups',
    groupSearches.selectPage,
    { origin: 'scim', limit: 50, offset: 100 },
    50,
    /groups_oldest_first/,
  ],
  ['the members of a group', groupSearches.selectMembers, { group_id: 'g-77' }, 2, /group_members/],
  [
    'the groups of a user',
    groupSearches.selectGroupsOf,
    { account_id: 'a-77' },
    2,
    /group_members_by_account/,
  ],
  ['users by their IDs', groupSearches.selectAccounts, someIds, 100, /accounts/],
  ['logins of an import', selectLogins, someLogins, 100, /account_logins/],
];

export function directoryPlansContract(backend: Backend): void {
  describe(`a directory of ${COUNT} users in as many groups`, () => {
    let database: Database;
    let dialect: Dialect;

    beforeAll(async () => {
      const url = await backend.createDatabase();
      const store = await openStore(url);
      await store.accounts.create(account({ id: 'a-1', username: 'one', email: null }));
      await store.close();
      dialect = url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
      database = openDatabase(url);
      const numbers = withNumbers(dialect, 2, COUNT);
      for (const written of [
        // Some have a hash of another system: of two kinds.
        `INSERT INTO accounts (id, username, email_verified, name, claims, is_admin, created_at, updated_at,
             external_id, password_scheme)
           SELECT 'a-' || n, 'user-' || n, 0, 'User', '{}', 0, ${NOW} + n, ${NOW}, 'x-' || n,
             CASE n % 4 WHEN 0 THEN 'bcrypt' WHEN 1 THEN 'pbkdf2' END
           FROM numbers`,
        `INSERT INTO account_logins (login, account_id) SELECT 'user-' || n, 'a-' || n FROM numbers`,
        // Half of them come from the directory.
        `INSERT INTO groups (id, origin, name, name_key, external_id, created_at, updated_at)
           SELECT 'g-' || n, CASE n % 2 WHEN 0 THEN 'ldap' ELSE 'scim' END, 'group-' || n, 'group-' || n, 'x-' || n,
             ${NOW} + n, ${NOW} FROM numbers`,
        // Each has two members: the users with its number and with the next one.
        `INSERT INTO group_members (group_id, account_id) SELECT 'g-' || n, 'a-' || n FROM numbers`,
        `INSERT INTO group_members (group_id, account_id)
           SELECT 'g-' || n, 'a-' || (n + 1) FROM numbers WHERE n < ${COUNT}`,
      ]) {
        await database.write(plainStatement(`${numbers} ${written}`), {});
      }
      await database.write(plainStatement('ANALYZE'), {});
    });
    afterAll(() => database.close());

    it.each(searches)('is searched with an index: %s', async (_, statement, values, found, index) => {
      const plan = await planOf(database, dialect, statement, values);
      expect(plan).toMatch(index);
      expect(plan).not.toMatch(/Seq Scan|SCAN (?:accounts|account_logins|groups|group_members)(?! USING)/);
      expect(
        await database.readAll(statement as typeof selectLogins, values as typeof someLogins),
      ).toHaveLength(found);
    });

    it.each([
      ['a page of users', accountSearches.selectPage, { limit: 50, offset: 100 }],
      ['a page of groups', groupSearches.selectPage, { origin: 'scim', limit: 50, offset: 100 }],
    ] as const)('is in order without sorting: %s', async (_, statement, values) => {
      expect(await planOf(database, dialect, statement, values)).not.toMatch(/TEMP B-TREE|Sort/);
    });
  });
}
