import { sql } from 'kysely';
import type { IdempotentRequest, IdempotentRequestName, IdempotentRequestStore } from '../ports/index.js';
import { isSet } from './columns.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';

interface Name {
  caller: string;
  key_hash: string;
}

type Claim = Name & { fingerprint: string; created_at: number; expired_before: number };

/**
 * One statement, so that of many at once one gets the key. Whoever does not writes nothing new over the row, and
 * has it returned: a row that is skipped would have to be read later, when it may be gone.
 */
const claim = defineStatement((db, p: Claim) => {
  const isExpired = sql<boolean>`idempotent_requests.created_at < ${p.expired_before}`;
  const orAsItIs = <T>(value: unknown, column: string) =>
    sql<T>`case when ${isExpired} then ${value} else ${sql.ref(`idempotent_requests.${column}`)} end`;
  return db
    .insertInto('idempotent_requests')
    .values({
      caller: p.caller,
      key_hash: p.key_hash,
      fingerprint: p.fingerprint,
      sealed_answer: null,
      is_unknown: 0,
      claims: 1,
      created_at: p.created_at,
    })
    .onConflict((conflict) =>
      conflict.columns(['caller', 'key_hash']).doUpdateSet({
        fingerprint: orAsItIs<string>(p.fingerprint, 'fingerprint'),
        sealed_answer: orAsItIs<string | null>(sql`null`, 'sealed_answer'),
        is_unknown: orAsItIs<number>(sql`0`, 'is_unknown'),
        claims: sql<number>`case when ${isExpired} then 1 else idempotent_requests.claims + 1 end`,
        created_at: orAsItIs<number>(p.created_at, 'created_at'),
      }),
    )
    .returningAll();
});

const keepAnswer = defineStatement((db, p: Name & { sealed_answer: string }) =>
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

/** Requests that may be sent again, in SQL. */
export function sqlIdempotentRequests(database: Database): IdempotentRequestStore {
  return {
    async claim(request, expiredBefore) {
      const row = await database.writeReturning(claim, {
        ...nameOf(request),
        fingerprint: request.fingerprint,
        created_at: request.createdAt,
        expired_before: expiredBefore,
      });
      if (row === undefined) throw new Error('A claim returned no row');
      if (row.claims === 1) return 'claimed';
      const found: IdempotentRequest = {
        caller: row.caller,
        keyHash: row.key_hash,
        fingerprint: row.fingerprint,
        sealedAnswer: row.sealed_answer,
        isUnknown: isSet(row.is_unknown),
        createdAt: row.created_at,
      };
      return found;
    },
    async keep(name, sealedAnswer) {
      await database.write(keepAnswer, { ...nameOf(name), sealed_answer: sealedAnswer });
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
