import type { RevokedTokenStore } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { revokedTokensTable } from './tables/used-once.table.js';

const insertToken = defineStatement((db, p: TableRow<typeof revokedTokensTable>) =>
  db
    .insertInto('revoked_access_tokens')
    .values(revokedTokensTable.values(p))
    .onConflict((conflict) => conflict.column('jti').doNothing()),
);

const findToken = defineStatement((db, p: { jti: string }) =>
  db.selectFrom('revoked_access_tokens').select('jti').where('jti', '=', p.jti),
);

const deleteExpired = defineStatement((db, p: { now: number; limit: number }) =>
  db
    .deleteFrom('revoked_access_tokens')
    .where('jti', 'in', (eb) =>
      eb
        .selectFrom('revoked_access_tokens')
        .select('jti')
        .where('expires_at', '<=', p.now)
        .orderBy('expires_at')
        .limit(p.limit),
    ),
);

/** JWT access tokens that were revoked, in SQL. */
export function sqlRevokedTokens(database: Database): RevokedTokenStore {
  return {
    async add(jti, expiresAt) {
      await database.write(insertToken, revokedTokensTable.rowOf({ jti, expiresAt }));
    },
    has: async (jti) => (await database.readFirst(findToken, { jti })) !== undefined,
    purge: (now, limit) => database.write(deleteExpired, { now, limit }),
  };
}
