import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import { newestFirst as accountsNewestFirst } from '../../src/storage/sql/accounts.sql.js';
import { newestFirst as keysNewestFirst } from '../../src/storage/sql/api-keys.sql.js';
import type { Database } from '../../src/storage/sql/database.js';
import { waiting, waitingAfter } from '../../src/storage/sql/scope-requests.sql.js';
import { type AnyStatement, type Dialect, plainStatement } from '../../src/storage/sql/statement.js';
import { account, type Backend, client, NOW } from './fixtures.js';
import { planOf, withNumbers } from './query-plan.js';

const COUNT = 20_000;

/** A page in the middle. */
const values = { limit: 31, owner: 'a-1', createdAt: NOW + COUNT / 2, id: 'm' } as const;

const lists: readonly (readonly [string, AnyStatement, string])[] = [
  ['all API keys', keysNewestFirst.statements.all, 'api_keys_newest_first'],
  ['all API keys, later on', keysNewestFirst.statements.allAfter, 'api_keys_newest_first'],
  ['a user’s API keys', keysNewestFirst.statements.owned, 'api_keys_of_account'],
  ['a user’s API keys, later on', keysNewestFirst.statements.ownedAfter, 'api_keys_of_account'],
  ['users', accountsNewestFirst.statements.all, 'accounts_newest_first'],
  ['users, later on', accountsNewestFirst.statements.allAfter, 'accounts_newest_first'],
  ['apps that wait for scopes', waiting, 'clients_that_wait_for_scopes'],
  ['apps that wait for scopes, later on', waitingAfter, 'clients_that_wait_for_scopes'],
];

export function listPlansContract(backend: Backend): void {
  describe(`a page out of ${COUNT} API keys, as many users, and as many apps that wait for scopes`, () => {
    let database: Database;
    let dialect: Dialect;

    beforeAll(async () => {
      const url = await backend.createDatabase();
      const store = await openStore(url);
      await store.accounts.create(account({ id: 'a-1', username: 'one', email: null }));
      await store.clients.create(client({ id: 'c-1' }));
      await store.close();
      dialect = url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
      database = openDatabase(url);
      const numbers = withNumbers(dialect, 2, COUNT);
      for (const written of [
        `INSERT INTO accounts (id, username, email_verified, name, claims, is_admin, created_at, updated_at)
           SELECT 'a-' || n, one.username, 0, one.name, one.claims, 0, one.created_at + n, one.updated_at
           FROM numbers CROSS JOIN accounts AS one WHERE one.id = 'a-1'`,
        // One user has a hundred keys, the others have one. Half of the apps wait.
        `INSERT INTO api_keys (id, name, hash, prefix, account_id, created_at)
           SELECT 'k-' || n, 'key', 'hash-' || n, 'sk', CASE n % 200 WHEN 0 THEN 'a-1' ELSE 'a-' || n END, ${NOW} + n
           FROM numbers`,
        `INSERT INTO clients (id, name, authentication_method, redirect_uris, grant_types, response_types, scopes,
             access_token_format, id_token_algorithm, compatibility, metadata, enabled, created_at, updated_at,
             scope_requested_at)
           SELECT 'c-' || n, one.name, one.authentication_method, '[]', '[]', '[]', '[]', 'jwt', 'ES256', '[]', '{}',
             1, ${NOW}, ${NOW}, CASE n % 2 WHEN 0 THEN ${NOW} + n END
           FROM numbers CROSS JOIN clients AS one WHERE one.id = 'c-1'`,
      ]) {
        await database.write(plainStatement(`${numbers} ${written}`), {});
      }
      await database.write(plainStatement('ANALYZE'), {});
    });
    afterAll(() => database.close());

    it.each(lists)('is read from an index without sorting: %s', async (_, statement, index) => {
      const plan = await planOf(database, dialect, statement, values);
      expect(plan).toContain(index);
      expect(plan).not.toMatch(/TEMP B-TREE|Sort|Seq Scan|Bitmap|Filter/);
      expect(await database.readAll(statement as typeof waitingAfter, values)).toHaveLength(31);
    });
  });
}
