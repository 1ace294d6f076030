import type { Database } from './database.js';
import { defineStatement } from './statement.js';

const ROW = 1;

const writeCheck = defineStatement((db, p: { now: number }) =>
  db
    .insertInto('health_checks')
    .values({ id: ROW, checked_at: p.now })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ checked_at: p.now })),
);

const readCheck = defineStatement((db) =>
  db.selectFrom('health_checks').select('checked_at').where('id', '=', ROW),
);

/**
 * Writes a row and reads it back.
 *
 * @param now seconds since the epoch
 * @throws when the database refuses either
 */
export async function checkHealth(database: Database, now: number): Promise<void> {
  await database.write(writeCheck, { now });
  const row = await database.readFirst(readCheck, {});
  if (row === undefined) throw new Error('The database did not give back what it was given');
}
