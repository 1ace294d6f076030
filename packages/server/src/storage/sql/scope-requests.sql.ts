import { sql } from 'kysely';
import type { ClientRecord, Page, PageRequest } from '../ports/index.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { clientsTable } from './tables/clients.table.js';

/** The index has only the clients that wait, so this reads no more rows than it returns. */
export const waiting = defineStatement((db, p: { limit: number }) =>
  db
    .selectFrom('clients')
    .select(clientsTable.selection)
    .select('scope_requested_at')
    .where('scope_requested_at', 'is not', null)
    .orderBy('scope_requested_at')
    .orderBy('id')
    .limit(p.limit),
);

export const waitingAfter = defineStatement((db, p: { createdAt: number; id: string; limit: number }) =>
  db
    .selectFrom('clients')
    .select(clientsTable.selection)
    .select('scope_requested_at')
    .where('scope_requested_at', 'is not', null)
    .where(sql<boolean>`(scope_requested_at, id) > (${p.createdAt}, ${p.id})`)
    .orderBy('scope_requested_at')
    .orderBy('id')
    .limit(p.limit),
);

/** The clients that wait for scopes. The time of a cursor is when the wait of a client began. */
export async function pageOfWaiting(
  database: Database,
  { limit, after }: PageRequest,
): Promise<Page<ClientRecord>> {
  // One row more than requested shows whether there is a next page.
  const rows = await (after === null
    ? database.readAll(waiting, { limit: limit + 1 })
    : database.readAll(waitingAfter, { limit: limit + 1, ...after }));
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(clientsTable.recordOf),
    next:
      last === undefined || last.scope_requested_at === null
        ? null
        : { createdAt: last.scope_requested_at, id: last.id },
  };
}
