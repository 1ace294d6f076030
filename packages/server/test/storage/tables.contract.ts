import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import type { Database } from '../../src/storage/sql/database.js';
import { tables } from '../../src/storage/sql/schema.js';
import { plainStatement } from '../../src/storage/sql/statement.js';
import type { Backend } from './fixtures.js';

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly nullable: number;
}

/** The columns of a table as the database has them. */
async function columnsOf(database: Database, kind: 'sqlite' | 'postgres', table: string) {
  const text =
    kind === 'sqlite'
      ? `SELECT name, type, "notnull" = 0 AND pk = 0 AS nullable FROM pragma_table_info('${table}')`
      : `SELECT column_name AS name, data_type AS type, CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END AS nullable
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '${table}'`;
  const rows = (await database.readAll(plainStatement(text), {})) as readonly ColumnRow[];
  return Object.fromEntries(
    rows.map(({ name, type, nullable }) => [
      name,
      { type: type.toLowerCase() === 'text' ? 'text' : 'number', nullable: nullable === 1 },
    ]),
  );
}

/** Compares the tables in the code with those that the migrations make. */
export function tablesContract(backend: Backend): void {
  describe('tables', () => {
    let kind: 'sqlite' | 'postgres';
    let database: Database;
    beforeAll(async () => {
      const url = await backend.createDatabase();
      kind = url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
      await (await openStore(url)).close();
      database = openDatabase(url);
    });
    afterAll(() => database.close());

    it.each(tables.map((table) => [table.name, table] as const))(
      'has the columns of %s that the migrations made, with their types',
      async (name, table) => {
        expect(await columnsOf(database, kind, name)).toEqual(table.columns);
      },
    );
  });
}
