import type { ClientRecord } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import { defineStatement } from './statement.js';
import { clientsTable } from './tables/clients.table.js';
import { sessionClientsTable } from './tables/sessions.table.js';
import { all, execute, type Unit } from './unit.js';

/** Writes nothing where the session has ended. */
const insertClient = defineStatement((db, p: TableRow<typeof sessionClientsTable>) =>
  db
    .insertInto('session_clients')
    .columns(['session_id', 'client_id'])
    .expression((eb) =>
      eb
        .selectFrom('sessions')
        .select((select) => ['sessions.id', select.val(p.client_id).as('client_id')])
        .where('sessions.id', '=', p.session_id),
    )
    .onConflict((conflict) => conflict.columns(['session_id', 'client_id']).doNothing()),
);

const listClients = defineStatement((db, p: { session_id: string }) =>
  db
    .selectFrom('session_clients')
    .innerJoin('clients', 'clients.id', 'session_clients.client_id')
    .select(clientsTable.selection)
    .where('session_clients.session_id', '=', p.session_id)
    .where('clients.enabled', '=', 1)
    .orderBy('clients.id'),
);

/** Records that a client signed the user in with a session, in the unit that writes the grant. */
export function* addSessionClient(sessionId: string, clientId: string): Unit<void> {
  yield* execute(insertClient, sessionClientsTable.rowOf({ sessionId, clientId }));
}

/** The enabled clients that a session signed the user in to, as part of the unit that ends it. */
export function* clientsOfSession(sessionId: string): Unit<readonly ClientRecord[]> {
  const rows = yield* all(listClients, { session_id: sessionId });
  return rows.map(clientsTable.recordOf);
}
