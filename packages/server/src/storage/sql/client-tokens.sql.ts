import type { ClientTokenStore } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { clientTokensTable } from './tables/client-tokens.table.js';
import { execute, type Unit } from './unit.js';

const insertToken = defineStatement((db, p: TableRow<typeof clientTokensTable>) =>
  db.insertInto('client_access_tokens').values(clientTokensTable.values(p)),
);

/** More rows than a client has. Clients of versions without the limit can have more: several deletions remove them. */
const MOST_DELETED = 1000;

/** The tokens that expire last stay. */
const deleteOldest = defineStatement((db, p: { client_id: string; kept: number; limit: number }) =>
  db
    .deleteFrom('client_access_tokens')
    .where('hash', 'in', (eb) =>
      eb
        .selectFrom('client_access_tokens')
        .select('hash')
        .where('client_id', '=', p.client_id)
        .orderBy('expires_at', 'desc')
        .orderBy('hash')
        .offset(p.kept)
        .limit(p.limit),
    ),
);

const findToken = defineStatement((db, p: { hash: string }) =>
  db.selectFrom('client_access_tokens').selectAll().where('hash', '=', p.hash),
);

const deleteToken = defineStatement((db, p: { hash: string }) =>
  db.deleteFrom('client_access_tokens').where('hash', '=', p.hash),
);

const deleteExpired = defineStatement((db, p: { now: number; limit: number }) =>
  db
    .deleteFrom('client_access_tokens')
    .where('hash', 'in', (eb) =>
      eb
        .selectFrom('client_access_tokens')
        .select('hash')
        .where('expires_at', '<=', p.now)
        .orderBy('expires_at')
        .limit(p.limit),
    ),
);

function* replaceOldest(row: TableRow<typeof clientTokensTable>, most: number): Unit<void> {
  yield* execute(deleteOldest, { client_id: row.client_id, kept: most - 1, limit: MOST_DELETED });
  yield* execute(insertToken, row);
}

/** Opaque access tokens that were issued to clients themselves, in SQL. */
export function sqlClientTokens(database: Database): ClientTokenStore {
  return {
    async create(token, most) {
      const row = clientTokensTable.rowOf(token);
      if (most === undefined) await database.write(insertToken, row);
      else await database.unit(() => replaceOldest(row, most));
    },
    async find(hash) {
      const row = await database.readFirst(findToken, { hash });
      return row && clientTokensTable.recordOf(row);
    },
    async delete(hash) {
      return (await database.write(deleteToken, { hash })) === 1 ? 'deleted' : 'missing';
    },
    purge: (now, limit) => database.write(deleteExpired, { now, limit }),
  };
}
