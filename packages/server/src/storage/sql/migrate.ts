import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import type { Migration } from './migrations/migration.js';
import { defineStatement, plainStatement } from './statement.js';
import { schemaMigrationsTable } from './tables/deployment.table.js';
import { all, execute, type Unit } from './unit.js';

const createHistory = plainStatement(
  'CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL)',
);

const listApplied = defineStatement((db) => db.selectFrom('schema_migrations').select('version'));

const recordApplied = defineStatement((db, p: TableRow<typeof schemaMigrationsTable>) =>
  db.insertInto('schema_migrations').values(schemaMigrationsTable.values(p)),
);

/**
 * Applies the migrations that the database does not have, each in a unit of its own together with its record. Several
 * processes can do so at once: one of them applies a migration.
 *
 * @throws Error if the schema of the database is newer than this code
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  let more = true;
  while (more) more = await database.exclusiveUnit(() => applyNext(migrations), 'unbounded');
}

/** @returns whether there was a migration to apply */
function* applyNext(migrations: readonly Migration[]): Unit<boolean> {
  yield* execute(createHistory, {});
  const rows = yield* all(listApplied, {});
  const applied = new Set(rows.map((row) => row.version));
  refuseNewer(Math.max(0, ...applied), Math.max(0, ...migrations.map(({ version }) => version)));

  const next = migrations.find(({ version }) => !applied.has(version));
  if (next === undefined) return false;
  for (const text of next.statements) yield* execute(plainStatement(text), {});
  yield* execute(recordApplied, schemaMigrationsTable.rowOf(next));
  return true;
}

function refuseNewer(found: number, known: number): void {
  if (found <= known) return;
  throw new Error(
    `The database has schema version ${found}, and this Grantor knows versions up to ${known} only. ` +
      'It was upgraded by a newer Grantor: run that one, or restore a backup from before the upgrade.',
  );
}
