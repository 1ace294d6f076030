import { type Kysely, sql } from 'kysely';
import {
  type AccountMails,
  type AccountRecord,
  type MailRecord,
  type MailState,
  type MailStore,
  MailsFull,
  type Note,
} from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineNewestFirst } from './newest-first.sql.js';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';
import { mailsTable } from './tables/mails.table.js';
import { all, execute, first, type Unit } from './unit.js';

/** The most mails that wait. */
export const MOST_MAILS = 20_000;

/**
 * From this number on, no mails with links are added. Strangers can request those. The rest is left to mails about changes,
 * without which no user could change a password or a factor.
 */
export const MOST_MAILS_WITH_LINKS = 15_000;

/** On PostgreSQL, simultaneous units may exceed the bound by one mail each. */
const insertMail = defineStatement((db, p: TableRow<typeof mailsTable> & { most: number }) =>
  db
    .insertInto('mails')
    .columns(mailsTable.columnNames)
    .expression((eb) =>
      eb
        .selectFrom(
          eb
            .selectFrom('mails')
            .select((count) => count.fn.countAll<number>().as('waiting'))
            .as('queue'),
        )
        .select(
          mailsTable.columnNames.map((column) =>
            mailsTable.columns[column].type === 'text'
              ? sql<string>`cast(${p[column]} as text)`.as(column)
              : sql<number>`cast(${p[column]} as bigint)`.as(column),
          ),
        )
        .where('queue.waiting', '<', p.most),
    ),
);

/** What claims return. */
const claimed = mailsTable.omit('nextAttemptAt', 'handedOverAt', 'state');

/** On PostgreSQL the second of two claims waits for the first, and then the outer condition excludes its rows. */
const claimDue = defineStatement((db, p: { now: number; leaseUntil: number; limit: number }) =>
  db
    .updateTable('mails')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), next_attempt_at: p.leaseUntil }))
    .where('next_attempt_at', '<=', p.now)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('mails')
        .select('id')
        .where('next_attempt_at', '<=', p.now)
        .where('expires_at', '>', p.now)
        .orderBy('next_attempt_at')
        .limit(p.limit),
    )
    .returning(claimed.selection),
);

interface Claim {
  readonly id: string;
  /** The number of attempts shows whether another process has claimed the mail since. */
  readonly attempts: number;
}

const setHandedOver = defineStatement((db, p: Claim & { now: number }) =>
  db
    .updateTable('mails')
    .set({ handed_over_at: p.now, next_attempt_at: null })
    .where('id', '=', p.id)
    .where('attempts', '=', p.attempts)
    .where('handed_over_at', 'is', null),
);

const setNext = defineStatement((db, p: Claim & { until: number }) =>
  db
    .updateTable('mails')
    .set({ state: 'waiting', handed_over_at: null, next_attempt_at: p.until })
    .where('id', '=', p.id)
    .where('attempts', '=', p.attempts),
);

const deleteClaimed = defineStatement((db, p: Claim) =>
  db.deleteFrom('mails').where('id', '=', p.id).where('attempts', '=', p.attempts),
);

/** The IDs of mails of a state that were handed over before a time, the earliest first. */
const handedOver = (db: Kysely<Schema>, state: MailState, p: { before: number; limit: number }) =>
  db
    .selectFrom('mails')
    .select('id')
    .where('handed_over_at', '<', p.before)
    .where('state', '=', state)
    .orderBy('handed_over_at')
    .limit(p.limit);

/** A row keeps the time of its hand-over, so that it can be deleted if no administrator decides about it. */
const markUndecided = defineStatement((db, p: { before: number; limit: number }) =>
  db
    .updateTable('mails')
    .set({ state: 'in_doubt' })
    .where('state', '=', 'waiting')
    .where('id', 'in', () => handedOver(db, 'waiting', p))
    .returning(claimed.selection),
);

const deleteUndecided = defineStatement((db, p: { before: number; limit: number }) =>
  db
    .deleteFrom('mails')
    .where('state', '=', 'in_doubt')
    .where('id', 'in', () => handedOver(db, 'in_doubt', p))
    .returning(claimed.selection),
);

const deleteExpired = defineStatement((db, p: { now: number; limit: number }) =>
  db
    .deleteFrom('mails')
    .where('next_attempt_at', '<=', p.now)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('mails')
        .select('id')
        .where('next_attempt_at', '<=', p.now)
        .where('expires_at', '<=', p.now)
        .limit(p.limit),
    )
    .returning(claimed.selection),
);

const queued = mailsTable.omit('nextAttemptAt', 'handedOverAt');

/** All mails, or those of one state. */
export const mailsNewestFirst = defineNewestFirst(
  { name: 'mails', selection: queued.selection, recordOf: queued.recordOf },
  'state',
);

const requeue = defineStatement((db, p: { id: string; now: number }) =>
  db
    .updateTable('mails')
    .set({ state: 'waiting', handed_over_at: null, next_attempt_at: p.now })
    .where('id', '=', p.id)
    .where('state', '=', 'in_doubt')
    .where('expires_at', '>', p.now)
    .returning(claimed.selection),
);

const findInDoubt = defineStatement((db, p: { id: string }) =>
  db.selectFrom('mails').select('id').where('id', '=', p.id).where('state', '=', 'in_doubt'),
);

const deleteInDoubt = defineStatement((db, p: { id: string }) =>
  db.deleteFrom('mails').where('id', '=', p.id).where('state', '=', 'in_doubt').returning(claimed.selection),
);

/** Mails that wait to be sent, in SQL. */
export function sqlMails(database: Database, most = MOST_MAILS): MailStore {
  return {
    async add(mail) {
      return (await database.unit(() => insert(mail, most))) === 1 ? 'added' : 'full';
    },
    async claim(now, leaseUntil, limit) {
      const rows = await database.unit(() => all(claimDue, { now, leaseUntil, limit }));
      return rows.map(claimed.recordOf);
    },
    async handOver({ id, attempts }, now) {
      return (await database.write(setHandedOver, { id, attempts, now })) === 1 ? 'handedOver' : 'lost';
    },
    async putOff({ id, attempts }, until) {
      await database.write(setNext, { id, attempts, until });
    },
    async finish({ id, attempts }) {
      await database.write(deleteClaimed, { id, attempts });
    },
    async markInDoubt(before, limit) {
      const rows = await database.unit(() => all(markUndecided, { before, limit }));
      return rows.map(claimed.recordOf);
    },
    async takeUndecided(before, limit) {
      const rows = await database.unit(() => all(deleteUndecided, { before, limit }));
      return rows.map(claimed.recordOf);
    },
    async takeExpired(now, limit) {
      const rows = await database.unit(() => all(deleteExpired, { now, limit }));
      return rows.map(claimed.recordOf);
    },
    list: (page, state) => mailsNewestFirst.page(database, page, state),
    sendAgain: (id, now, note) => database.unit(() => sendAgain(id, now, note)),
    delete: (id, note) => database.unit(() => remove(id, note)),
  };
}

/**
 * Adds a mail in the unit of its change.
 *
 * @param most how many may wait with it
 * @throws MailsFull
 */
export function* addMail(mail: MailRecord, most = MOST_MAILS): Unit<void> {
  if ((yield* insert(mail, most)) === 0) throw new MailsFull();
}

/**
 * Adds the mails about a change of an account in the unit of the change.
 *
 * @throws MailsFull
 */
export function* addMailsAbout(account: AccountRecord, mails: AccountMails | undefined): Unit<void> {
  for (const mail of mails?.(account) ?? []) yield* addMail(mail);
}

function* sendAgain(
  id: string,
  now: number,
  note: Note<MailRecord> | undefined,
): Unit<'queued' | 'expired' | 'missing'> {
  const row = yield* first(requeue, { id, now });
  if (row === undefined) return (yield* first(findInDoubt, { id })) === undefined ? 'missing' : 'expired';
  yield* noteDown(note, claimed.recordOf(row));
  return 'queued';
}

function* remove(id: string, note: Note<MailRecord> | undefined): Unit<'deleted' | 'missing'> {
  const row = yield* first(deleteInDoubt, { id });
  if (row === undefined) return 'missing';
  yield* noteDown(note, claimed.recordOf(row));
  return 'deleted';
}

/** @returns how many rows were written */
function* insert(mail: MailRecord, most: number): Unit<number> {
  const row = {
    ...mail,
    attempts: 0,
    state: 'waiting',
    nextAttemptAt: mail.createdAt,
    handedOverAt: null,
  } as const;
  return yield* execute(insertMail, { ...mailsTable.rowOf(row), most });
}
