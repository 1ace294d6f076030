import type { RateLimitCount, RateLimitStore, RateLimitWindow } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { rateLimitsTable } from './tables/deployment.table.js';
import { first, type Unit } from './unit.js';

/** How many windows one unit locks. */
const WINDOWS_PER_UNIT = 100;

interface Params {
  key: string;
  cost: number;
  first_cost: number;
  ends_at: number;
  now: number;
}

const addCost = defineStatement((db, p: Params) =>
  db
    .insertInto('rate_limits')
    .values({ key: p.key, used: p.first_cost, ends_at: p.ends_at })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((eb) => ({
        used: eb
          .case()
          .when('rate_limits.ends_at', '<=', p.now)
          .then(eb.ref('excluded.used'))
          .when(eb('rate_limits.used', '+', p.cost), '<', 0)
          .then(0)
          .else(eb('rate_limits.used', '+', p.cost))
          .end(),
        ends_at: eb
          .case()
          .when('rate_limits.ends_at', '<=', p.now)
          .then(eb.ref('excluded.ends_at'))
          .else(eb.ref('rate_limits.ends_at'))
          .end(),
      })),
    )
    .returningAll(),
);

const deleteKey = defineStatement((db, p: { key: string }) =>
  db.deleteFrom('rate_limits').where('key', '=', p.key),
);

const deleteEnded = defineStatement((db, p: { now: number; limit: number }) =>
  db
    .deleteFrom('rate_limits')
    .where('key', 'in', (eb) =>
      eb
        .selectFrom('rate_limits')
        .select('key')
        .where('ends_at', '<=', p.now)
        .orderBy('ends_at')
        .limit(p.limit),
    ),
);

const paramsOf = ({ key, cost, endsAt }: RateLimitCount, now: number): Params => ({
  key,
  cost,
  first_cost: Math.max(0, cost),
  ends_at: endsAt,
  now,
});

function windowOf(row: TableRow<typeof rateLimitsTable> | undefined): RateLimitWindow {
  if (row === undefined) throw new Error('The database did not return the window that it counted');
  return rateLimitsTable.recordOf(row);
}

/** Counts that processes share, in SQL. */
export function sqlRateLimits(database: Database): RateLimitStore {
  return {
    add: async (count, now) => windowOf(await database.writeReturning(addCost, paramsOf(count, now))),
    async addAll(counts, now) {
      // All processes lock windows in this order, so that they do not deadlock.
      const sorted = counts.toSorted((one, other) => (one.key < other.key ? -1 : 1));
      const windows: RateLimitWindow[] = [];
      for (let start = 0; start < sorted.length; start += WINDOWS_PER_UNIT) {
        const some = sorted.slice(start, start + WINDOWS_PER_UNIT);
        windows.push(...(await database.unit(() => addEach(some, now))));
      }
      return windows;
    },
    async reset(key) {
      await database.write(deleteKey, { key });
    },
    purge: (now, limit) => database.write(deleteEnded, { now, limit }),
  };
}

function* addEach(counts: readonly RateLimitCount[], now: number): Unit<RateLimitWindow[]> {
  const windows: RateLimitWindow[] = [];
  for (const count of counts) windows.push(windowOf(yield* first(addCost, paramsOf(count, now))));
  return windows;
}
