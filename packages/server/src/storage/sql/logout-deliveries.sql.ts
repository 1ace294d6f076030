import type { LogoutDeliveryStore } from '../ports/index.js';
import type { Database } from './database.js';
import { type IdListParams, idList } from './id-list.js';
import { defineStatement } from './statement.js';
import { all, execute, type Unit } from './unit.js';

interface NewDelivery {
  id: string;
  session_id: string;
  client_id: string;
  account_id: string;
  now: number;
}

const insertDelivery = defineStatement((db, p: NewDelivery) =>
  db.insertInto('logout_deliveries').values({
    id: p.id,
    session_id: p.session_id,
    client_id: p.client_id,
    account_id: p.account_id,
    attempts: 0,
    next_attempt_at: p.now,
    finished_at: null,
  }),
);

/** The clients that a claim leaves out, and an ID that no client has. */
const busy = idList(16);

/** Whoever comes second waits for the first on PostgreSQL, and then sees by the outer condition that it was late. */
interface Claim {
  readonly now: number;
  readonly leaseUntil: number;
  readonly limit: number;
}

const claimDue = defineStatement((db, p: Claim & IdListParams) =>
  db
    .updateTable('logout_deliveries')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), next_attempt_at: p.leaseUntil }))
    .where('next_attempt_at', '<=', p.now)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('logout_deliveries')
        .select('id')
        .where('next_attempt_at', '<=', p.now)
        .where('client_id', 'not in', busy.in(p))
        .orderBy('next_attempt_at')
        .limit(p.limit),
    )
    .returning(['id', 'session_id', 'client_id', 'account_id', 'attempts']),
);

/** The count of attempts tells whether the delivery is still its caller's. */
const setNext = defineStatement((db, p: { id: string; attempts: number; until: number }) =>
  db
    .updateTable('logout_deliveries')
    .set({ next_attempt_at: p.until })
    .where('id', '=', p.id)
    .where('attempts', '=', p.attempts)
    .where('finished_at', 'is', null),
);

const setFinished = defineStatement((db, p: { id: string; attempts: number; now: number }) =>
  db
    .updateTable('logout_deliveries')
    .set({ next_attempt_at: null, finished_at: p.now })
    .where('id', '=', p.id)
    .where('attempts', '=', p.attempts)
    .where('finished_at', 'is', null),
);

const deleteFinished = defineStatement((db, p: { before: number; limit: number }) =>
  db
    .deleteFrom('logout_deliveries')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('logout_deliveries')
        .select('id')
        .where('finished_at', '<', p.before)
        .orderBy('finished_at')
        .limit(p.limit),
    ),
);

/** The outbox of logout tokens in SQL. */
export function sqlLogoutDeliveries(database: Database): LogoutDeliveryStore {
  return {
    async claim(now, leaseUntil, limit, busyClientIds = []) {
      const ids = busy.params(['', ...busyClientIds]);
      const rows = await database.unit(() => all(claimDue, { now, leaseUntil, limit, ...ids }));
      return rows.map((row) => ({
        id: row.id,
        sessionId: row.session_id,
        clientId: row.client_id,
        accountId: row.account_id,
        attempts: row.attempts,
      }));
    },
    async putOff({ id, attempts }, until) {
      await database.write(setNext, { id, attempts, until });
    },
    async finish({ id, attempts }, now) {
      await database.write(setFinished, { id, attempts, now });
    },
    purge: (finishedBefore, limit) => database.write(deleteFinished, { before: finishedBefore, limit }),
  };
}

/** Writes down, in the unit that ends a session, that a client must be told. A session ends once. */
export function* addDelivery(
  session: { readonly id: string; readonly accountId: string },
  clientId: string,
  now: number,
): Unit<void> {
  yield* execute(insertDelivery, {
    id: `${session.id}.${clientId}`,
    session_id: session.id,
    client_id: clientId,
    account_id: session.accountId,
    now,
  });
}
