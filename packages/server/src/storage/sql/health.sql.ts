import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { healthChecksTable } from './tables/deployment.table.js';

const ROW = 1;

const writeCheck = defineStatement((db, p: TableRow<typeof healthChecksTable>) =>
  db
    .insertInto('health_checks')
    .values(healthChecksTable.values(p))
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ checked_at: p.checked_at })),
);

const readCheck = defineStatement((db) =>
  db.selectFrom('health_checks').select('checked_at').where('id', '=', ROW),
);

/**
 * Writes a row and reads it back.
 *
 * @param now seconds since the epoch
 * @throws if one of them fails
 */
export async function checkHealth(database: Database, now: number): Promise<void> {
  await database.write(writeCheck, healthChecksTable.rowOf({ id: ROW, checkedAt: now }));
  const row = await database.readFirst(readCheck, {});
  if (row === undefined) throw new Error('The database did not return the row that was written');
}
