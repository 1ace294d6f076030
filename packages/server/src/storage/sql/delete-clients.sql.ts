import type { Kysely } from 'kysely';
import type { ClientRecord, Note } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import { clientOf } from './client-columns.js';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';
import { all, type Unit } from './unit.js';

/** So many at a time, that however many there are, few are in memory at once. */
const BATCH = 200;

const some = (db: Kysely<Schema>) => db.selectFrom('clients').select('id').orderBy('id').limit(BATCH);

const deleteSome = defineStatement((db) =>
  db.deleteFrom('clients').where('id', 'in', some(db)).returningAll(),
);

const deleteSomeOf = defineStatement((db, p: { createdBy: string }) =>
  db
    .deleteFrom('clients')
    .where('id', 'in', some(db).where('created_by', '=', p.createdBy))
    .returningAll(),
);

/** Deletes all clients of one who created them, or everybody's, as part of a unit. */
export function* removeAll(createdBy: string | null, note: Note<ClientRecord> | undefined): Unit<number> {
  let count = 0;
  for (;;) {
    const rows = createdBy === null ? yield* all(deleteSome, {}) : yield* all(deleteSomeOf, { createdBy });
    for (const row of rows) yield* noteDown(note, clientOf(row));
    count += rows.length;
    if (rows.length < BATCH) return count;
  }
}
