import { expect, it } from 'vitest';
import { createPostgresDatabase } from '../../../../test/kit/test-database.js';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import { plainStatement } from '../../src/storage/sql/statement.js';
import { atOnce, consentTo, NOW, seed } from './fixtures.js';

it('withdrawing and adding to a consent at the same time never deadlocks on PostgreSQL', async () => {
  const url = await createPostgresDatabase();
  const store = await openStore(url);
  for (let round = 0; round < 15; round += 1) {
    const { accountId, clientId } = await seed(store);
    await atOnce(30, async (index) => {
      if (index % 3 === 0) await store.consents.withdraw(accountId, clientId, NOW);
      else await store.consents.add(accountId, clientId, consentTo([`s${index}`]), NOW);
    });
  }
  // A connection adds what it counted to the statistics before it ends.
  await store.close();
  const database = openDatabase(url);
  const name = new URL(url).pathname.slice(1);
  const rows = await database.readAll(
    plainStatement(`SELECT deadlocks FROM pg_stat_database WHERE datname = '${name}'`),
    {},
  );
  await database.close();
  expect(rows.map((row) => ({ ...(row as object) }))).toEqual([{ deadlocks: 0 }]);
});
