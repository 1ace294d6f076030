import type { ClientRecord } from '../ports/index.js';
import { defineStatement } from './statement.js';
import { clientsTable } from './tables/clients.table.js';
import { first, type Unit } from './unit.js';

const selectForUpdate = defineStatement((db, p: { id: string }, lock) =>
  lock(db.selectFrom('clients').select(clientsTable.selection).where('id', '=', p.id)),
);

/** Reads and locks a client: other units wait to change or delete it until this one ends. */
export function* lockClient(id: string): Unit<ClientRecord | undefined> {
  const row = yield* first(selectForUpdate, { id });
  return row && clientsTable.recordOf(row);
}
