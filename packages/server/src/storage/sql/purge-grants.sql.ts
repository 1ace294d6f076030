import { type RawBuilder, sql } from 'kysely';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

/*
 * A grant is written with a code, and from then on always has a row that hangs on it: a row that has run
 * out is deleted only while its grant has one that has not, and a grant whose rows have all run out is
 * deleted with them. So no grant is left behind, and none is searched for: both start from the rows that
 * have run out, which have an index.
 */
const kinds = [
  'authorization_codes',
  'refresh_token_families',
  'spent_refresh_tokens',
  'opaque_access_tokens',
] as const;
type Kind = (typeof kinds)[number];

interface Bounds {
  before: number;
  limit: number;
}

const purges = kinds.flatMap((kind) => [deleteFinishedGrants(kind), deleteExpired(kind)]);

const forgetAnswers = defineStatement((db, p: Bounds) =>
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

const forgetAnswersFromBefore = defineStatement((db, p: Bounds) =>
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

/** @returns how many rows it changed, not counting those that went with their grant */
export function* purgeGrants(
  expiredBefore: number,
  sealedAnswersBefore: number,
  limit: number,
): Unit<number> {
  const answers = { before: sealedAnswersBefore, limit };
  let changed = yield* execute(forgetAnswers, answers);
  changed += yield* execute(forgetAnswersFromBefore, answers);
  for (const purge of purges) changed += yield* execute(purge, { before: expiredBefore, limit });
  return changed;
}

/** Deletes the grants of rows of this kind that have run out, where nothing else of the grant is left. */
function deleteFinishedGrants(kind: Kind) {
  return defineStatement((db, p: Bounds) =>
    db
      .deleteFrom('grants')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom(kind)
          .select('grant_id')
          .where('expires_at', '<', p.before)
          .orderBy('expires_at')
          .limit(p.limit),
      )
      .where((eb) => eb.not(hasLiveRows('grants.id', p.before))),
  );
}

/** Deletes rows of this kind that have run out and whose grant lives on through others. */
function deleteExpired(kind: Kind) {
  return defineStatement((db, p: Bounds) =>
    db
      .deleteFrom(kind)
      .where('hash', 'in', (eb) =>
        eb
          .selectFrom(kind)
          .select('hash')
          .where('expires_at', '<', p.before)
          .orderBy('expires_at')
          .limit(p.limit),
      )
      .where(hasLiveRows(`${kind}.grant_id`, p.before)),
  );
}

/** Whether anything that hangs on the grant has not run out. */
function hasLiveRows(grantId: string, before: number): RawBuilder<boolean> {
  const ofKind = (kind: Kind) => sql`exists (
    select 1 from ${sql.table(kind)} as live
    where live.grant_id = ${sql.ref(grantId)} and live.expires_at >= ${before}
  )`;
  return sql<boolean>`(${sql.join(kinds.map(ofKind), sql` or `)})`;
}
