import type { ProviderLogout, ProviderSession } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import { defineStatement } from './statement.js';
import { providerSessionsTable } from './tables/sessions.table.js';
import { all, execute, first, type Unit } from './unit.js';

const fromProvider = providerSessionsTable.pick('provider', 'subject', 'sid', 'sealedIdToken');

const upsertRow = defineStatement((db, p: TableRow<typeof providerSessionsTable>) =>
  db
    .insertInto('provider_sessions')
    .values(providerSessionsTable.values(p))
    .onConflict((conflict) => conflict.column('session_id').doUpdateSet(fromProvider.values(p))),
);

const findRow = defineStatement((db, p: { session_id: string }) =>
  db.selectFrom('provider_sessions').select(fromProvider.selection).where('session_id', '=', p.session_id),
);

/** Sessions with another subject are not those of the user that the provider names (Back-Channel Logout 1.0 §2.6). */
const findBySid = defineStatement((db, p: { provider: string; sid: string }) =>
  db
    .selectFrom('provider_sessions')
    .innerJoin('sessions', 'sessions.id', 'provider_sessions.session_id')
    .select(['sessions.token_hash', 'provider_sessions.subject'])
    .where('provider_sessions.provider', '=', p.provider)
    .where('provider_sessions.sid', '=', p.sid)
    .orderBy('sessions.id'),
);

const findBySubject = defineStatement((db, p: { provider: string; subject: string }) =>
  db
    .selectFrom('provider_sessions')
    .innerJoin('sessions', 'sessions.id', 'provider_sessions.session_id')
    .select('sessions.token_hash')
    .where('provider_sessions.provider', '=', p.provider)
    .where('provider_sessions.subject', '=', p.subject)
    .orderBy('sessions.id'),
);

/** Records from which session at a provider a session came, in the unit that opens it. A later one replaces it. */
export function* setProviderSession(sessionId: string, origin: ProviderSession | undefined): Unit<void> {
  if (origin === undefined) return;
  yield* execute(upsertRow, providerSessionsTable.rowOf({ sessionId, ...origin }));
}

/** The session at a provider that a session came from. */
export function* providerSessionOf(sessionId: string): Unit<ProviderSession | undefined> {
  const row = yield* first(findRow, { session_id: sessionId });
  return row && fromProvider.recordOf(row);
}

/** The hashes of the cookies of the sessions that a logout token means, in the order in which units lock sessions. */
export function* sessionsOfLogout({ provider, sid, subject }: ProviderLogout): Unit<readonly string[]> {
  if (sid === undefined) {
    if (subject === undefined) return [];
    const rows = yield* all(findBySubject, { provider, subject });
    return rows.map(({ token_hash: hash }) => hash);
  }
  const rows = yield* all(findBySid, { provider, sid });
  return rows.flatMap(({ token_hash: hash, subject: known }) =>
    subject === undefined || subject === known ? [hash] : [],
  );
}
