import type { ClientRecord, Note } from '../ports/index.js';
import { noteAllDown } from './audit.sql.js';
import type { Database } from './database.js';
import { idList } from './id-list.js';
import { defineStatement } from './statement.js';
import { clientsTable } from './tables/clients.table.js';
import { all, type Unit } from './unit.js';

/** How many clients one unit deletes. SQLite runs one unit after the other, so other requests wait for it. */
const ids = idList(100);

const idsOfAll = defineStatement((db) => db.selectFrom('clients').select('id'));

const idsOf = defineStatement((db, p: { createdBy: string }) =>
  db.selectFrom('clients').select('id').where('created_by', '=', p.createdBy),
);

const deleteSome = defineStatement((db, p: Readonly<Record<string, string>>) =>
  db.deleteFrom('clients').where('id', 'in', ids.in(p)).returning(clientsTable.selection),
);

/**
 * Deletes all clients of one creator, or all clients, in several units, so that other requests do not wait for all of it.
 * It reads the list once: clients that are added meanwhile stay.
 *
 * @returns how many
 */
export async function deleteAllClients(
  database: Database,
  createdBy: string | null,
  note: Note<ClientRecord> | undefined,
): Promise<number> {
  const rows =
    createdBy === null ? await database.readAll(idsOfAll, {}) : await database.readAll(idsOf, { createdBy });
  let count = 0;
  for (let start = 0; start < rows.length; start += ids.length) {
    const some = rows.slice(start, start + ids.length).map(({ id }) => id);
    count += await database.unit(() => deleteThese(some, note));
  }
  return count;
}

function* deleteThese(some: readonly string[], note: Note<ClientRecord> | undefined): Unit<number> {
  const rows = yield* all(deleteSome, ids.params(some));
  yield* noteAllDown(note, rows.map(clientsTable.recordOf));
  return rows.length;
}
