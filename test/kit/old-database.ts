import { openDatabase } from '../../packages/server/src/storage/open-store.js';
import { migrate } from '../../packages/server/src/storage/sql/migrate.js';
import { migrations } from '../../packages/server/src/storage/sql/migrations/index.js';
import { plainStatement } from '../../packages/server/src/storage/sql/statement.js';

/**
 * Fills an empty database as an older version of the server left it.
 *
 * @param name the first migration that the older version does not have
 * @param statements that write its rows
 */
export async function fillOldDatabase(
  url: string,
  name: string,
  statements: readonly string[],
): Promise<void> {
  const database = openDatabase(url);
  const first = migrations.findIndex((migration) => migration.name === name);
  await migrate(database, migrations.slice(0, first));
  for (const statement of statements) await database.write(plainStatement(statement), {});
  await database.close();
}
