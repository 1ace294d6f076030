import type { Kysely } from 'kysely';
import type { EndedSession, Note, SessionRecord, SessionStore, SessionWithAccount } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { SelectedRow, TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { endSession } from './end-session.sql.js';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';
import { joinedAccount } from './tables/accounts.table.js';
import { sessionsTable } from './tables/sessions.table.js';
import { execute, first, type Unit } from './unit.js';

const insertSession = defineStatement((db, p: TableRow<typeof sessionsTable>) =>
  db.insertInto('sessions').values(sessionsTable.values(p)),
);

const joinedSession = sessionsTable.prefixed('session_');

/** Sessions that have not ended, of users who may sign in. */
const liveSessions = (db: Kysely<Schema>, now: number) =>
  db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .select(joinedSession.selection)
    .select(joinedAccount.selection)
    .where('sessions.expires_at', '>', now)
    .where('accounts.disabled_at', 'is', null);

const findLive = defineStatement((db, p: { token_hash: string; now: number }) =>
  liveSessions(db, p.now).where('sessions.token_hash', '=', p.token_hash),
);

const findLiveById = defineStatement((db, p: { id: string; now: number }) =>
  liveSessions(db, p.now).where('sessions.id', '=', p.id),
);

const renewed = sessionsTable.pick('tokenHash', 'authTime', 'acr', 'amr', 'expiresAt');

const renewSession = defineStatement(
  (db, p: TableRow<typeof renewed> & { old_hash: string; account_id: string }) =>
    db
      .updateTable('sessions')
      .set(renewed.values(p))
      .where('token_hash', '=', p.old_hash)
      .where('account_id', '=', p.account_id)
      .where('expires_at', '>', p.auth_time)
      .returning('id'),
);

const deleteExpired = defineStatement((db, p: { now: number; limit: number }) =>
  db
    .deleteFrom('sessions')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('sessions')
        .select('id')
        .where('expires_at', '<=', p.now)
        .orderBy('expires_at')
        .limit(p.limit),
    ),
);

/** Sign-ins in SQL. */
export function sqlSessions(database: Database): SessionStore {
  return {
    create: (session, note) => database.unit(() => create(session, note)),
    async find(tokenHash, now) {
      const row = await database.readFirst(findLive, { token_hash: tokenHash, now });
      return row && withAccount(row);
    },
    async findById(id, now) {
      const row = await database.readFirst(findLiveById, { id, now });
      return row && withAccount(row);
    },
    renew: (tokenHash, session, note) => database.unit(() => renew(tokenHash, session, note)),
    end: (tokenHash, now, note) => database.unit(() => end(tokenHash, now, note)),
    purge: (now, limit) => database.write(deleteExpired, { now, limit }),
  };
}

function withAccount(
  row: SelectedRow<typeof joinedSession> & SelectedRow<typeof joinedAccount>,
): SessionWithAccount {
  return { session: joinedSession.recordOf(row), account: joinedAccount.recordOf(row) };
}

function* create(session: SessionRecord, note: Note<SessionRecord> | undefined): Unit<void> {
  yield* execute(insertSession, sessionsTable.rowOf(session));
  yield* noteDown(note, session);
}

function* renew(
  tokenHash: string,
  session: Omit<SessionRecord, 'id'>,
  note: Note<SessionRecord> | undefined,
): Unit<{ id: string } | 'missing'> {
  const row = yield* first(renewSession, {
    ...renewed.rowOf(session),
    old_hash: tokenHash,
    account_id: session.accountId,
  });
  if (row === undefined) return 'missing';
  yield* noteDown(note, { id: row.id, ...session });
  return row;
}

function* end(
  tokenHash: string,
  now: number,
  note: Note<EndedSession> | undefined,
): Unit<EndedSession | undefined> {
  const ended = yield* endSession(tokenHash, now);
  if (ended !== undefined) yield* noteDown(note, ended);
  return ended;
}
