import type { SealedSecretStore } from '../ports/index.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';

const listSealed = defineStatement((db, p: { after: string; limit: number }) =>
  db
    .selectFrom('clients')
    .select(['id', 'sealed_secret'])
    .where('sealed_secret', 'is not', null)
    .where('id', '>', p.after)
    .orderBy('id')
    .limit(p.limit),
);

const resealSecret = defineStatement((db, p: { id: string; from: string; to: string }) =>
  db
    .updateTable('clients')
    .set({ sealed_secret: p.to })
    .where('id', '=', p.id)
    .where('sealed_secret', '=', p.from),
);

/** Sealed client secrets in SQL. */
export function sqlSealedSecrets(database: Database): SealedSecretStore {
  return {
    async list(after, limit) {
      const rows = await database.readAll(listSealed, { after: after ?? '', limit });
      return rows.map((row) => ({ clientId: row.id, sealed: row.sealed_secret ?? '' }));
    },
    async reseal(id, from, to) {
      return (await database.write(resealSecret, { id, from, to })) === 1 ? 'resealed' : 'changedMeanwhile';
    },
  };
}
