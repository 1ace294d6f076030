import { sql } from 'kysely';
import type { IdempotentRequestName, IdempotentRequestStore } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { idempotentRequestsTable } from './tables/deployment.table.js';

interface Name {
  caller: string;
  key_hash: string;
}

type Claim = TableRow<typeof idempotentRequestsTable> & { expired_before: number };

/** The row that a claim returns. */
const found = idempotentRequestsTable.omit('claims');

/**
 * One statement, so that of simultaneous requests one gets the key. The others change the count only, and get the row. A
 * second statement could find the row deleted.
 */
const claim = defineStatement((db, p: Claim) => {
  const isExpired = sql<boolean>`idempotent_requests.created_at < ${p.expired_before}`;
  const replaced = <T>(column: string) =>
    sql<T>`case when ${isExpired} then ${sql.ref(`excluded.${column}`)} else ${sql.ref(`idempotent_requests.${column}`)} end`;
  return db
    .insertInto('idempotent_requests')
    .values(idempotentRequestsTable.values(p))
    .onConflict((conflict) =>
      conflict.columns(['caller', 'key_hash']).doUpdateSet({
        fingerprint: replaced<string>('fingerprint'),
        sealed_answer: replaced<string | null>('sealed_answer'),
        is_unknown: replaced<number>('is_unknown'),
        claims: sql<number>`case when ${isExpired} then 1 else idempotent_requests.claims + 1 end`,
        created_at: replaced<number>('created_at'),
      }),
    )
    .returningAll();
});

const keepResponse = defineStatement((db, p: Name & { sealed_answer: string }) =>
  db
    .updateTable('idempotent_requests')
    .set({ sealed_answer: p.sealed_answer })
    .where('caller', '=', p.caller)
    .where('key_hash', '=', p.key_hash),
);

const deleteRequest = defineStatement((db, p: Name & { created_at: number }) =>
  db
    .deleteFrom('idempotent_requests')
    .where('caller', '=', p.caller)
    .where('key_hash', '=', p.key_hash)
    .where('created_at', '=', p.created_at),
);

const markUnknown = defineStatement((db, p: Name) =>
  db
    .updateTable('idempotent_requests')
    .set({ is_unknown: 1 })
    .where('caller', '=', p.caller)
    .where('key_hash', '=', p.key_hash),
);

const deleteOld = defineStatement((db, p: { before: number; limit: number }) =>
  db
    .deleteFrom('idempotent_requests')
    .where((eb) =>
      eb(eb.refTuple('caller', 'key_hash'), 'in', (inner) =>
        inner
          .selectFrom('idempotent_requests')
          .select(['caller', 'key_hash'])
          .where('created_at', '<', p.before)
          .orderBy('created_at')
          .limit(p.limit)
          .$asTuple('caller', 'key_hash'),
      ),
    ),
);

/** Requests that can be repeated, in SQL. */
export function sqlIdempotentRequests(database: Database): IdempotentRequestStore {
  return {
    async claim(request, expiredBefore) {
      const first = { ...request, sealedResponse: null, isUnknown: false, claims: 1 };
      const row = await database.writeReturning(claim, {
        ...idempotentRequestsTable.rowOf(first),
        expired_before: expiredBefore,
      });
      if (row === undefined) throw new Error('A claim returned no row');
      if (row.claims === 1) return 'claimed';
      return found.recordOf(row);
    },
    async keep(name, sealedResponse) {
      await database.write(keepResponse, { ...nameOf(name), sealed_answer: sealedResponse });
    },
    async release(request) {
      await database.write(deleteRequest, { ...nameOf(request), created_at: request.createdAt });
    },
    async giveUp(name) {
      await database.write(markUnknown, nameOf(name));
    },
    purge: (before, limit) => database.write(deleteOld, { before, limit }),
  };
}

function nameOf({ caller, keyHash }: IdempotentRequestName): Name {
  return { caller, key_hash: keyHash };
}
