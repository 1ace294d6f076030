import type { ConsentStore } from '../ports/index.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

interface Pair {
  account_id: string;
  client_id: string;
}

const findScopes = defineStatement((db, p: Pair) =>
  db
    .selectFrom('consent_scopes')
    .select('scope')
    .where('account_id', '=', p.account_id)
    .where('client_id', '=', p.client_id)
    .orderBy('granted_at')
    .orderBy('scope'),
);

const insertScope = defineStatement((db, p: Pair & { scope: string; now: number }) =>
  db
    .insertInto('consent_scopes')
    .values({ account_id: p.account_id, client_id: p.client_id, scope: p.scope, granted_at: p.now })
    .onConflict((conflict) => conflict.columns(['account_id', 'client_id', 'scope']).doNothing()),
);

const deleteScopes = defineStatement((db, p: Pair) =>
  db.deleteFrom('consent_scopes').where('account_id', '=', p.account_id).where('client_id', '=', p.client_id),
);

const endGrants = defineStatement((db, p: Pair & { now: number }) =>
  db
    .updateTable('grants')
    .set({ revoked_at: p.now })
    .where('account_id', '=', p.account_id)
    .where('client_id', '=', p.client_id)
    .where('revoked_at', 'is', null),
);

/** Who allowed what to whom, in SQL. */
export function sqlConsents(database: Database): ConsentStore {
  return {
    async find(accountId, clientId) {
      const rows = await database.readAll(findScopes, { account_id: accountId, client_id: clientId });
      return rows.map((row) => row.scope);
    },
    async add(accountId, clientId, scopes, now) {
      await database.unit(() => addScopes({ account_id: accountId, client_id: clientId }, scopes, now));
    },
    withdraw: (accountId, clientId, now) =>
      database.unit(() => withdraw({ account_id: accountId, client_id: clientId }, now)),
  };
}

/** Adds to what was allowed, as part of a unit. */
export function* addScopes(pair: Pair, scopes: readonly string[], now: number): Unit<void> {
  // Sorted, so that two units that add the same scopes wait for each other in one order.
  for (const scope of scopes.toSorted()) yield* execute(insertScope, { ...pair, scope, now });
}

function* withdraw(pair: Pair, now: number): Unit<'withdrawn' | 'missing'> {
  const scopes = yield* execute(deleteScopes, pair);
  const grants = yield* execute(endGrants, { ...pair, now });
  return scopes + grants > 0 ? 'withdrawn' : 'missing';
}
