import type { Kysely } from 'kysely';
import {
  AccountChanged,
  type AccountRecord,
  type EndedSession,
  type Note,
  type ProviderLogout,
  type ProviderSession,
  type RenewedSession,
  type SessionRecord,
  type SessionStore,
  type SessionWithAccount,
} from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { SelectedRow, TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { endSession } from './end-session.sql.js';
import { lockAccount } from './lock-account.sql.js';
import { sessionsOfLogout, setProviderSession } from './provider-sessions.sql.js';
import type { Schema } from './schema.js';
import { spendTicket } from './spent-tickets.sql.js';
import { defineStatement } from './statement.js';
import { joinedAccount } from './tables/accounts.table.js';
import { sessionsTable } from './tables/sessions.table.js';
import { all, execute, first, type Unit } from './unit.js';

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

const renewed = sessionsTable.pick(
  'tokenHash',
  'authTime',
  'acr',
  'amr',
  'lastSeenAt',
  'device',
  'address',
  'expiresAt',
  'endsAt',
);

const renewSession = defineStatement(
  (db, p: TableRow<typeof renewed> & { old_hash: string; account_id: string }) =>
    db
      .updateTable('sessions')
      .set(renewed.values(p))
      .where('token_hash', '=', p.old_hash)
      .where('account_id', '=', p.account_id)
      // Not the time of the authentication: a provider may have authenticated the user before the session expired.
      .where('expires_at', '>', p.last_seen_at)
      .returning(sessionsTable.selection),
);

const touchSession = defineStatement(
  (db, p: { token_hash: string; last_seen_at: number; expires_at: number; before: number }) =>
    db
      .updateTable('sessions')
      .set({ last_seen_at: p.last_seen_at, expires_at: p.expires_at })
      .where('token_hash', '=', p.token_hash)
      .where('last_seen_at', '<=', p.before),
);

const listLive = defineStatement((db, p: { account_id: string; now: number; limit: number }) =>
  db
    .selectFrom('sessions')
    .select(sessionsTable.selection)
    .where('account_id', '=', p.account_id)
    .where('expires_at', '>', p.now)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .limit(p.limit),
);

const findOfAccount = defineStatement((db, p: { id: string; account_id: string }) =>
  db
    .selectFrom('sessions')
    .select('token_hash')
    .where('id', '=', p.id)
    .where('account_id', '=', p.account_id),
);

const findOthers = defineStatement((db, p: { account_id: string; kept_id: string }) =>
  db
    .selectFrom('sessions')
    .select('token_hash')
    .where('account_id', '=', p.account_id)
    .where('id', '<>', p.kept_id)
    .orderBy('id'),
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
    create: (session, note, origin, proven) => database.unit(() => create(session, note, origin, proven)),
    async find(tokenHash, now) {
      const row = await database.readFirst(findLive, { token_hash: tokenHash, now });
      return row && withAccount(row);
    },
    async findById(id, now) {
      const row = await database.readFirst(findLiveById, { id, now });
      return row && withAccount(row);
    },
    renew: (tokenHash, session, note, origin) => database.unit(() => renew(tokenHash, session, note, origin)),
    end: (tokenHash, now, note) => database.unit(() => end(tokenHash, now, note)),
    async touch(tokenHash, { lastSeenAt, expiresAt }, before) {
      await database.write(touchSession, {
        token_hash: tokenHash,
        last_seen_at: lastSeenAt,
        expires_at: expiresAt,
        before,
      });
    },
    async listOfAccount(accountId, now, limit) {
      const rows = await database.readAll(listLive, { account_id: accountId, now, limit });
      return rows.map(sessionsTable.recordOf);
    },
    endById: (accountId, id, now, note) => database.unit(() => endById(accountId, id, now, note)),
    endOthers: (accountId, keptId, now, note) => database.unit(() => endOthers(accountId, keptId, now, note)),
    endOfProvider: (logout, now, note) => database.unit(() => endOfProvider(logout, now, note)),
    purge: (now, limit) => database.write(deleteExpired, { now, limit }),
  };
}

function withAccount(
  row: SelectedRow<typeof joinedSession> & SelectedRow<typeof joinedAccount>,
): SessionWithAccount {
  return { session: joinedSession.recordOf(row), account: joinedAccount.recordOf(row) };
}

function* create(
  session: SessionRecord,
  note: Note<SessionRecord> | undefined,
  origin: ProviderSession | undefined,
  proven: Pick<AccountRecord, 'passwordHash'> | undefined,
): Unit<void> {
  if (proven !== undefined) yield* requireUnchanged(session.accountId, proven);
  yield* execute(insertSession, sessionsTable.rowOf(session));
  yield* setProviderSession(session.id, origin);
  yield* noteDown(note, session);
}

/** The lock makes a change of the password wait: it then ends the session that this unit creates. */
function* requireUnchanged(
  accountId: string,
  { passwordHash }: Pick<AccountRecord, 'passwordHash'>,
): Unit<void> {
  const account = yield* lockAccount(accountId);
  if (account?.disabledAt !== null || account.passwordHash !== passwordHash) throw new AccountChanged();
}

function* renew(
  tokenHash: string,
  session: RenewedSession,
  note: Note<SessionRecord> | undefined,
  origin: ProviderSession | undefined,
): Unit<SessionRecord | 'missing'> {
  const row = yield* first(renewSession, {
    ...renewed.rowOf(session),
    old_hash: tokenHash,
    account_id: session.accountId,
  });
  if (row === undefined) return 'missing';
  const record = sessionsTable.recordOf(row);
  yield* setProviderSession(record.id, origin);
  yield* noteDown(note, record);
  return record;
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

function* endById(
  accountId: string,
  id: string,
  now: number,
  note: Note<EndedSession> | undefined,
): Unit<EndedSession | undefined> {
  const row = yield* first(findOfAccount, { id, account_id: accountId });
  return row === undefined ? undefined : yield* end(row.token_hash, now, note);
}

function* endOthers(
  accountId: string,
  keptId: string,
  now: number,
  note: Note<EndedSession> | undefined,
): Unit<readonly EndedSession[]> {
  const others = yield* all(findOthers, { account_id: accountId, kept_id: keptId });
  return yield* endEach(
    others.map(({ token_hash: hash }) => hash),
    now,
    note,
  );
}

function* endOfProvider(
  logout: ProviderLogout,
  now: number,
  note: Note<EndedSession> | undefined,
): Unit<readonly EndedSession[] | 'alreadySpent'> {
  if (!(yield* spendTicket(logout.token))) return 'alreadySpent';
  return yield* endEach(yield* sessionsOfLogout(logout), now, note);
}

function* endEach(
  tokenHashes: readonly string[],
  now: number,
  note: Note<EndedSession> | undefined,
): Unit<readonly EndedSession[]> {
  const ended: EndedSession[] = [];
  for (const hash of tokenHashes) {
    const one = yield* end(hash, now, note);
    if (one !== undefined) ended.push(one);
  }
  return ended;
}
