import type { UsedAssertionStore } from '../ports/index.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';

const insertAssertion = defineStatement(
  (db, p: { client_id: string; jti_hash: string; expires_at: number }) =>
    db
      .insertInto('used_assertions')
      .values({ client_id: p.client_id, jti_hash: p.jti_hash, expires_at: p.expires_at })
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
      const added = await database.write(insertAssertion, {
        client_id: clientId,
        jti_hash: jtiHash,
        expires_at: expiresAt,
      });
      return added === 1 ? 'first' : 'replayed';
    },
    purge: (now, limit) => database.write(deleteExpired, { now, limit }),
  };
}
