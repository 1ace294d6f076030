import { sql } from 'kysely';
import type { SealedSecretStore } from '../ports/index.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';

const listSealed = defineStatement((db, p: { after: string; limit: number }) =>
  db
    .selectFrom('clients')
    .select(['id', 'sealed_secret', 'previous_sealed_secret'])
    .where((eb) => eb.or([eb('sealed_secret', 'is not', null), eb('previous_sealed_secret', 'is not', null)]))
    .where('id', '>', p.after)
    .orderBy('id')
    .limit(p.limit),
);

/** In both columns: a rotation can have made the current secret the previous one meanwhile. */
const resealSecret = defineStatement((db, p: { id: string; from: string; to: string }) => {
  const replaced = (column: 'sealed_secret' | 'previous_sealed_secret') =>
    sql<string | null>`case when ${sql.ref(column)} = ${p.from} then ${p.to} else ${sql.ref(column)} end`;
  return db
    .updateTable('clients')
    .set({
      sealed_secret: replaced('sealed_secret'),
      previous_sealed_secret: replaced('previous_sealed_secret'),
    })
    .where('id', '=', p.id)
    .where((eb) => eb.or([eb('sealed_secret', '=', p.from), eb('previous_sealed_secret', '=', p.from)]));
});

/** Sealed client secrets in SQL. */
export function sqlSealedSecrets(database: Database): SealedSecretStore {
  return {
    async list(after, limit) {
      const rows = await database.readAll(listSealed, { after: after ?? '', limit });
      return rows.flatMap((row) =>
        [row.sealed_secret, row.previous_sealed_secret].flatMap((sealed) =>
          sealed === null ? [] : { clientId: row.id, sealed },
        ),
      );
    },
    async reseal(id, from, to) {
      return (await database.write(resealSecret, { id, from, to })) === 1 ? 'resealed' : 'changedMeanwhile';
    },
  };
}
