import type { LogoutDeliveryStore } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { type IdListParams, idList } from './id-list.js';
import { defineStatement } from './statement.js';
import { logoutDeliveriesTable } from './tables/sessions.table.js';
import { all, execute, type Unit } from './unit.js';

const insertDelivery = defineStatement((db, p: TableRow<typeof logoutDeliveriesTable>) =>
  db.insertInto('logout_deliveries').values(logoutDeliveriesTable.values(p)),
);

/** What a claim returns. */
const claimed = logoutDeliveriesTable.pick('id', 'sessionId', 'clientId', 'accountId', 'attempts');

/** The clients that a claim leaves out, and an ID that no client has. */
const busy = idList(16);

interface Claim {
  readonly now: number;
  readonly leaseUntil: number;
  readonly limit: number;
}

/** On PostgreSQL the second of two claims waits for the first, and then the outer condition excludes its rows. */
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
    .returning(claimed.selection),
);

/** The number of attempts shows whether another process has claimed the delivery since. */
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

/** Logout tokens that are to be sent, in SQL. */
export function sqlLogoutDeliveries(database: Database): LogoutDeliveryStore {
  return {
    async claim(now, leaseUntil, limit, busyClientIds = []) {
      const ids = busy.params(['', ...busyClientIds]);
      const rows = await database.unit(() => all(claimDue, { now, leaseUntil, limit, ...ids }));
      return rows.map(claimed.recordOf);
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

/** Writes a delivery to a client, in the unit that ends the session. A session ends once. */
export function* addDelivery(
  session: { readonly id: string; readonly accountId: string },
  clientId: string,
  now: number,
): Unit<void> {
  const delivery = {
    id: `${session.id}.${clientId}`,
    sessionId: session.id,
    clientId,
    accountId: session.accountId,
    attempts: 0,
    nextAttemptAt: now,
    finishedAt: null,
  };
  yield* execute(insertDelivery, logoutDeliveriesTable.rowOf(delivery));
}
