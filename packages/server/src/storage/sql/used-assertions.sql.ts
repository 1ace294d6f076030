import type { UsedAssertionStore } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { usedAssertionsTable } from './tables/used-once.table.js';

const insertAssertion = defineStatement((db, p: TableRow<typeof usedAssertionsTable>) =>
  db
    .insertInto('used_assertions')
    .values(usedAssertionsTable.values(p))
    .onConflict((conflict) => conflict.columns(['client_id', 'jti_hash']).doNothing()),
);

const deleteExpired = defineStatement((db, p: { now: number; limit: number }) =>
  db
    .deleteFrom('used_assertions')
    .where((eb) =>
      eb(eb.refTuple('client_id', 'jti_hash'), 'in', (inner) =>
        inner
          .selectFrom('used_assertions')
          .select(['client_id', 'jti_hash'])
          .where('expires_at', '<=', p.now)
          .orderBy('expires_at')
          .limit(p.limit)
          .$asTuple('client_id', 'jti_hash'),
      ),
    ),
);

/** Assertions that were used, in SQL. */
export function sqlUsedAssertions(database: Database): UsedAssertionStore {
  return {
    async use(clientId, jtiHash, expiresAt) {
      const row = usedAssertionsTable.rowOf({ clientId, jtiHash, expiresAt });
      const added = await database.write(insertAssertion, row);
      return added === 1 ? 'first' : 'replayed';
    },
    purge: (now, limit) => database.write(deleteExpired, { now, limit }),
  };
}
