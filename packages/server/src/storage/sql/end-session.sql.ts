import type { EndedSession } from '../ports/index.js';
import { addDelivery } from './logout-deliveries.sql.js';
import { providerSessionOf } from './provider-sessions.sql.js';
import { clientsOfSession } from './session-clients.sql.js';
import { defineStatement } from './statement.js';
import { sessionsTable } from './tables/sessions.table.js';
import { execute, first, type Unit } from './unit.js';

/** Waits for units that write a grant of the session, so that no client is missed. Of two requests, one finds the session. */
const lockSession = defineStatement((db, p: { token_hash: string }, lock) =>
  lock(db.selectFrom('sessions').select(sessionsTable.selection).where('token_hash', '=', p.token_hash)),
);

const deleteSession = defineStatement((db, p: { id: string }) =>
  db.deleteFrom('sessions').where('id', '=', p.id),
);

const endGrants = defineStatement((db, p: { account_id: string; session_id: string; now: number }) =>
  db
    .updateTable('grants')
    .set({ revoked_at: p.now })
    .where('account_id', '=', p.account_id)
    .where('client_id', 'in', (eb) =>
      eb.selectFrom('session_clients').select('client_id').where('session_id', '=', p.session_id),
    )
    .where('origin_session_id', '=', p.session_id)
    .where('ends_with_session', '=', 1)
    .where('revoked_at', 'is', null),
);

/** Ends a session, its grants and the sign-ins of its clients. */
export function* endSession(tokenHash: string, now: number): Unit<EndedSession | undefined> {
  const row = yield* first(lockSession, { token_hash: tokenHash });
  if (row === undefined) return undefined;
  const session = sessionsTable.recordOf(row);
  const clients = yield* clientsOfSession(session.id);
  const providerSession = yield* providerSessionOf(session.id);
  for (const { id, metadata } of clients) {
    if (metadata.backchannel_logout_uri !== undefined) yield* addDelivery(session, id, now);
  }
  yield* execute(endGrants, { account_id: session.accountId, session_id: session.id, now });
  yield* execute(deleteSession, { id: session.id });
  return { session, clients, providerSession };
}
