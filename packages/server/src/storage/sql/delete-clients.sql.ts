import type { ClientRecord, Note } from '../ports/index.js';
import { noteAllDown } from './audit.sql.js';
import { clientOf } from './client-columns.js';
import type { Database } from './database.js';
import { idList } from './id-list.js';
import { defineStatement } from './statement.js';
import { all, type Unit } from './unit.js';

/** So many in one unit: what others wait for, where a database writes one unit after the other. */
const ids = idList(100);

const idsOfAll = defineStatement((db) => db.selectFrom('clients').select('id'));

const idsOf = defineStatement((db, p: { createdBy: string }) =>
  db.selectFrom('clients').select('id').where('created_by', '=', p.createdBy),
);

const deleteSome = defineStatement((db, p: Readonly<Record<string, string>>) =>
  db.deleteFrom('clients').where('id', 'in', ids.in(p)).returningAll(),
);

/**
 * Deletes all clients of one who created them, or everybody's, some at a time, so that others are served meanwhile.
 * It goes by a list, since those that are added meanwhile stay.
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
  yield* noteAllDown(note, rows.map(clientOf));
  return rows.length;
}
