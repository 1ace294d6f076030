import { type RawBuilder, sql } from 'kysely';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

/** The tables of codes and tokens, each with a `hash` and `expires_at`. */
const tables = [
  'authorization_codes',
  'refresh_token_families',
  'spent_refresh_tokens',
  'opaque_access_tokens',
] as const;

interface Bounds {
  before: number;
  limit: number;
}

const deleteSealedResponses = defineStatement((db, p: Bounds) =>
  db
    .updateTable('refresh_token_families')
    .set({ sealed_answer: null })
    .where('hash', 'in', (eb) =>
      eb
        .selectFrom('refresh_token_families')
        .select('hash')
        .where('sealed_answer', 'is not', null)
        .where('used_at', '<', p.before)
        .orderBy('used_at')
        .limit(p.limit),
    ),
);

/** The same for tokens of versions without families. */
const deleteOldSealedResponses = defineStatement((db, p: Bounds) =>
  db
    .updateTable('spent_refresh_tokens')
    .set({ sealed_answer: null })
    .where('hash', 'in', (eb) =>
      eb
        .selectFrom('spent_refresh_tokens')
        .select('hash')
        .where('sealed_answer', 'is not', null)
        .where('spent_at', '<', p.before)
        .orderBy('spent_at')
        .limit(p.limit),
    ),
);

const deleteExpiredGrants = defineStatement((db, p: Bounds) =>
  db
    .deleteFrom('grants')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('grants')
        .select('id')
        .where('expires_at', '<', p.before)
        .orderBy('expires_at')
        .limit(p.limit),
    )
    .where((eb) => eb.not(hasLiveRows(p.before))),
);

/**
 * Issuing a token does not write the row of its grant. The expiry of the grant moves here instead, to that of its last
 * token: about once in the lifetime of a refresh token, however often the token is used.
 */
const prolongGrants = defineStatement((db, p: Bounds) =>
  db
    .updateTable('grants')
    .set({ expires_at: lastExpiry() })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('grants')
        .select('id')
        .where('expires_at', '<', p.before)
        .orderBy('expires_at')
        .limit(p.limit),
    )
    .where(hasLiveRows(p.before)),
);

const deletesOfExpiredRows = tables.map((table) =>
  defineStatement((db, p: Bounds) =>
    db
      .deleteFrom(table)
      .where('hash', 'in', (eb) =>
        eb
          .selectFrom(table)
          .select('hash')
          .where('expires_at', '<', p.before)
          .orderBy('expires_at')
          .limit(p.limit),
      ),
  ),
);

/** @returns how many rows it changed, not counting those that were deleted with their grant */
export function* purgeGrants(
  expiredBefore: number,
  sealedResponsesBefore: number,
  limit: number,
): Unit<number> {
  const answers = { before: sealedResponsesBefore, limit };
  const expired = { before: expiredBefore, limit };
  let changed = yield* execute(deleteSealedResponses, answers);
  changed += yield* execute(deleteOldSealedResponses, answers);
  changed += yield* execute(deleteExpiredGrants, expired);
  changed += yield* execute(prolongGrants, expired);
  for (const statement of deletesOfExpiredRows) changed += yield* execute(statement, expired);
  return changed;
}

/** Whether a code or token of the grant has not expired. */
function hasLiveRows(before: number): RawBuilder<boolean> {
  const ofTable = (table: string) => sql`exists (
    select 1 from ${sql.table(table)} as live where live.grant_id = grants.id and live.expires_at >= ${before}
  )`;
  return sql<boolean>`(${sql.join(tables.map(ofTable), sql` or `)})`;
}

/** When the last code or token of the grant expires. */
function lastExpiry(): RawBuilder<number> {
  const ofTable = (table: string) =>
    sql`select expires_at from ${sql.table(table)} where grant_id = grants.id`;
  return sql<number>`(
    select max(expires_at) from (${sql.join(tables.map(ofTable), sql` union all `)}) as issued
  )`;
}
