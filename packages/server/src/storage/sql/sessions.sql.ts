import type { Kysely } from 'kysely';
import type { EndedSession, Note, SessionRecord, SessionStore, SessionWithAccount } from '../ports/index.js';
import { type AccountRow, accountColumns, accountOf } from './account-columns.js';
import { noteDown } from './audit.sql.js';
import type { Database } from './database.js';
import { endSession } from './end-session.sql.js';
import type { Schema, SessionsTable } from './schema.js';
import { sessionOf } from './session-columns.js';
import { defineStatement } from './statement.js';
import { execute, first, type Unit } from './unit.js';

const insertSession = defineStatement(
  (db, p: { id: string; token_hash: string; account_id: string; auth_time: number; expires_at: number }) =>
    db.insertInto('sessions').values({
      id: p.id,
      token_hash: p.token_hash,
      account_id: p.account_id,
      auth_time: p.auth_time,
      expires_at: p.expires_at,
    }),
);

/** Sessions that have not ended, of users who may sign in. */
const liveSessions = (db: Kysely<Schema>, now: number) =>
  db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .select(['sessions.id as session_id', 'sessions.token_hash', 'sessions.auth_time', 'sessions.expires_at'])
    .select(accountColumns)
    .where('sessions.expires_at', '>', now)
    .where('accounts.disabled_at', 'is', null);

const findLive = defineStatement((db, p: { token_hash: string; now: number }) =>
  liveSessions(db, p.now).where('sessions.token_hash', '=', p.token_hash),
);

const findLiveById = defineStatement((db, p: { id: string; now: number }) =>
  liveSessions(db, p.now).where('sessions.id', '=', p.id),
);

interface Renewal {
  old_hash: string;
  token_hash: string;
  account_id: string;
  auth_time: number;
  expires_at: number;
}

const renewSession = defineStatement((db, p: Renewal) =>
  db
    .updateTable('sessions')
    .set({ token_hash: p.token_hash, auth_time: p.auth_time, expires_at: p.expires_at })
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
    renew: (tokenHash, renewed, note) => database.unit(() => renew(tokenHash, renewed, note)),
    end: (tokenHash, now, note) => database.unit(() => end(tokenHash, now, note)),
    purge: (now, limit) => database.write(deleteExpired, { now, limit }),
  };
}

function withAccount(
  row: Omit<SessionsTable, 'id'> & AccountRow & { readonly session_id: string },
): SessionWithAccount {
  return { session: sessionOf({ ...row, id: row.session_id }), account: accountOf(row) };
}

function* create(session: SessionRecord, note: Note<SessionRecord> | undefined): Unit<void> {
  yield* execute(insertSession, {
    id: session.id,
    token_hash: session.tokenHash,
    account_id: session.accountId,
    auth_time: session.authTime,
    expires_at: session.expiresAt,
  });
  yield* noteDown(note, session);
}

function* renew(
  tokenHash: string,
  renewed: Omit<SessionRecord, 'id'>,
  note: Note<SessionRecord> | undefined,
): Unit<{ id: string } | 'missing'> {
  const row = yield* first(renewSession, {
    old_hash: tokenHash,
    token_hash: renewed.tokenHash,
    account_id: renewed.accountId,
    auth_time: renewed.authTime,
    expires_at: renewed.expiresAt,
  });
  if (row === undefined) return 'missing';
  yield* noteDown(note, { id: row.id, ...renewed });
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
