import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import { consentListStatements } from '../../src/storage/sql/consent-list.sql.js';
import type { Database } from '../../src/storage/sql/database.js';
import { grantListStatements } from '../../src/storage/sql/grant-list.sql.js';
import { type AnyStatement, type Dialect, plainStatement } from '../../src/storage/sql/statement.js';
import { account, type Backend, client, NOW } from './fixtures.js';
import { planOf, withNumbers } from './query-plan.js';

const COUNT = 20_000;

/** A page in the middle, of the user and the client of all rows. */
const values = {
  limit: 31,
  account: 'a-1',
  client: 'c-1',
  modifiedAt: NOW - 5000,
  createdAt: NOW - 5000,
  id: 'm',
} as const;

export function consentPlansContract(backend: Backend): void {
  describe(`a page out of ${COUNT} consents, and out of as many grants`, () => {
    let database: Database;
    let dialect: Dialect;

    /** Writes the row many times, with the given columns made of the number. */
    async function multiply(table: string, source: string, columns: Readonly<Record<string, string>>) {
      const names = Object.keys(columns).join(', ');
      const made = Object.values(columns).join(', ');
      const statement = `${withNumbers(dialect, 2, COUNT)} INSERT INTO ${table} (${names}) SELECT ${made} FROM numbers ${source}`;
      await database.write(plainStatement(statement), {});
    }

    beforeAll(async () => {
      const url = await backend.createDatabase();
      const store = await openStore(url);
      await store.accounts.create(account({ id: 'a-1', username: 'one', email: null }));
      await store.clients.create(client({ id: 'c-1' }));
      await store.close();
      dialect = url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
      database = openDatabase(url);
      const copied = (names: string) =>
        Object.fromEntries(names.split(' ').map((name) => [name, `one.${name}`]));
      await multiply('accounts', 'CROSS JOIN accounts AS one', {
        id: "'a-' || n",
        ...copied('username email_verified name claims is_admin created_at updated_at'),
      });
      await multiply('clients', 'CROSS JOIN clients AS one', {
        id: "'c-' || n",
        ...copied('name authentication_method redirect_uris grant_types response_types scopes'),
        ...copied(
          'access_token_format id_token_algorithm compatibility metadata enabled created_at updated_at',
        ),
      });
      const pairs = [
        ["'a-1'", "'c-' || n"],
        ["'a-' || n", "'c-1'"],
      ] as const;
      for (const [index, [of, to]] of pairs.entries()) {
        await multiply('consents', '', { account_id: of, client_id: to, modified_at: `${NOW} - n` });
        await multiply('consent_items', '', {
          account_id: of,
          client_id: to,
          resource: "''",
          scope: "'openid'",
          granted_at: `${NOW} - n`,
        });
        await multiply('grants', '', {
          id: `'g-${index}-' || n`,
          account_id: of,
          client_id: to,
          scopes: "'[]'",
          audience: "''",
          details: "'{}'",
          created_at: `${NOW} - n`,
          // Nearly all are revoked, the newest first.
          revoked_at: `CASE WHEN n < ${COUNT} - 100 THEN ${NOW} END`,
        });
      }
      await database.write(plainStatement('ANALYZE'), {});
    });
    afterAll(() => database.close());

    const lists: readonly (readonly [string, AnyStatement, string, string])[] = [
      ['of a user’s consents', consentListStatements.ofAccount, 'a-1', 'consents_of_account'],
      ['of them, later on', consentListStatements.ofAccountAfter, 'a-1', 'consents_of_account'],
      ['of an app’s consents', consentListStatements.ofClient, 'c-1', 'consents_of_client'],
      ['of them, later on', consentListStatements.ofClientAfter, 'c-1', 'consents_of_client'],
      ['of a user’s grants', grantListStatements.ofAccount, '', 'grants_of_account'],
      ['of them, later on', grantListStatements.ofAccountAfter, '', 'grants_of_account'],
      ['of an app’s grants', grantListStatements.ofClient, '', 'grants_of_client'],
      ['of them, later on', grantListStatements.ofClientAfter, '', 'grants_of_client'],
    ];

    it.each(lists)('is read from an index: %s', async (_, statement, of, index) => {
      const whole = await planOf(database, dialect, statement, { ...values, of });
      // The page itself, and not the lookups for each of its items.
      const plan = whole.replace(/SubPlan.*/, '');
      expect(plan).toContain(index);
      expect(plan).not.toMatch(/FOR ORDER BY|-> {2}Sort|Seq Scan|"Sort|SCAN (?!CONSTANT)/);
    });
  });
}
