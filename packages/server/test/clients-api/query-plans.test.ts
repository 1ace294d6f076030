import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { createPostgresDatabase } from '../../../../test/kit/test-database.js';
import { PostgresDatabase } from '../../src/storage/postgres/postgres-database.js';
import { newestFirst } from '../../src/storage/sql/clients.sql.js';
import type { Database } from '../../src/storage/sql/database.js';
import { migrate } from '../../src/storage/sql/migrate.js';
import { migrations } from '../../src/storage/sql/migrations/index.js';
import { plainStatement } from '../../src/storage/sql/statement.js';
import { SqliteDatabase } from '../../src/storage/sqlite/sqlite-database.js';
import { planOf, withNumbers } from '../storage/query-plan.js';

const APPS = 100_000;

describe.each(databases)(`a page of 30 apps out of ${APPS} on %s`, (kind) => {
  let folder: string;
  let database: Database;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grantor-plans-'));
    database =
      kind === 'sqlite'
        ? new SqliteDatabase(join(folder, 'grantor.db'))
        : new PostgresDatabase(await createPostgresDatabase(), 2);
    await migrate(database, migrations);
    // Ada has a tenth of it all, most have fifty, and many registered themselves.
    await database.write(
      plainStatement(
        `${withNumbers(kind, 1, APPS)} INSERT INTO clients (id, name, authentication_method, redirect_uris, grant_types, response_types,
           scopes, access_token_format, id_token_algorithm, compatibility, metadata, enabled, created_at, updated_at,
           created_by)
         SELECT 'app-' || n, 'App', 'none', '[]', '[]', '[]', '[]', 'jwt', 'ES256', '[]', '{}', 1,
           1000000 + n / 3, 1000000 + n / 3,
           CASE n % 10 WHEN 0 THEN 'ada' WHEN 1 THEN NULL ELSE 'dev-' || (n % 2000) END
         FROM numbers`,
      ),
      {},
    );
    await database.write(plainStatement('ANALYZE'), {});
  });
  afterAll(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  const values = { limit: 31, createdAt: 1_030_000, id: 'app-90000', owner: 'dev-7' };

  it.each([
    ['all', 'clients_newest_first'],
    ['allAfter', 'clients_newest_first'],
    ['owned', 'clients_of_creator'],
    ['ownedAfter', 'clients_of_creator'],
  ] as const)('%s is a walk along %s, which sorts nothing', async (name, index) => {
    const plan = await planOf(database, kind, newestFirst.statements[name], values);
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/TEMP B-TREE|Sort|Seq Scan|Bitmap/);
    if (kind === 'sqlite') {
      // The cursor is where the search begins, and no filter over what comes before it.
      const start = { all: 'SCAN', allAfter: 'created_at', owned: 'created_by=?', ownedAfter: 'created_at' }[
        name
      ];
      expect(plan).toContain(start);
    } else {
      expect(plan).not.toContain('Filter');
    }
  });

  it.each(['owned', 'ownedAfter'] as const)(
    '%s does not sort for a developer with a tenth of all apps',
    async (name) => {
      const plan = await planOf(database, kind, newestFirst.statements[name], { ...values, owner: 'ada' });
      expect(plan).toMatch(/clients_of_creator|clients_newest_first/);
      expect(plan).not.toMatch(/TEMP B-TREE|Sort|Seq Scan|Bitmap/);
    },
  );

  it.each(['all', 'allAfter', 'owned', 'ownedAfter'] as const)('%s reads 31 rows', async (name) => {
    const statement = newestFirst.statements[name] as typeof newestFirst.statements.ownedAfter;
    const rows = await database.readAll(statement, values);
    expect(rows).toHaveLength(31);
  });
});
