import type { ConsentStore, Note, WithdrawnConsent } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import { sqlConsentList } from './consent-list.sql.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { all, execute, type Unit } from './unit.js';

interface Pair {
  account_id: string;
  client_id: string;
}

const findScopes = defineStatement((db, p: Pair) =>
  db
    .selectFrom('consent_scopes')
    .select(['scope', 'granted_at'])
    .where('account_id', '=', p.account_id)
    .where('client_id', '=', p.client_id)
    .orderBy('granted_at')
    .orderBy('scope'),
);

const touchConsent = defineStatement((db, p: Pair & { now: number }) =>
  db
    .insertInto('consents')
    .values({ account_id: p.account_id, client_id: p.client_id, modified_at: p.now })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'client_id']).doUpdateSet({ modified_at: p.now }),
    ),
);

const insertScope = defineStatement((db, p: Pair & { scope: string; now: number }) =>
  db
    .insertInto('consent_scopes')
    .values({ account_id: p.account_id, client_id: p.client_id, scope: p.scope, granted_at: p.now })
    .onConflict((conflict) => conflict.columns(['account_id', 'client_id', 'scope']).doNothing()),
);

const deleteConsent = defineStatement((db, p: Pair) =>
  db.deleteFrom('consents').where('account_id', '=', p.account_id).where('client_id', '=', p.client_id),
);

const deleteScopes = defineStatement((db, p: Pair) =>
  db
    .deleteFrom('consent_scopes')
    .where('account_id', '=', p.account_id)
    .where('client_id', '=', p.client_id)
    .returning('scope'),
);

/** What somebody allowed between the two statements before stays a consent as a whole. */
const deleteEmptyConsent = defineStatement((db, p: Pair) =>
  db
    .deleteFrom('consents')
    .where('account_id', '=', p.account_id)
    .where('client_id', '=', p.client_id)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('consent_scopes')
            .select('scope')
            .where('consent_scopes.account_id', '=', p.account_id)
            .where('consent_scopes.client_id', '=', p.client_id),
        ),
      ),
    ),
);

const endGrants = defineStatement((db, p: Pair & { now: number }) =>
  db
    .updateTable('grants')
    .set({ revoked_at: p.now })
    .where('account_id', '=', p.account_id)
    .where('client_id', '=', p.client_id)
    .where('revoked_at', 'is', null)
    .returning('id'),
);

/** Who allowed what to whom, in SQL. */
export function sqlConsents(database: Database): ConsentStore {
  const scopesOf = (accountId: string, clientId: string) =>
    database.readAll(findScopes, { account_id: accountId, client_id: clientId });
  return {
    ...sqlConsentList(database),
    async find(accountId, clientId) {
      return (await scopesOf(accountId, clientId)).map((row) => row.scope);
    },
    async inspect(accountId, clientId) {
      const rows = await scopesOf(accountId, clientId);
      return rows.map((row) => ({ name: row.scope, allowedAt: row.granted_at }));
    },
    async add(accountId, clientId, scopes, now) {
      await database.unit(() => addScopes({ account_id: accountId, client_id: clientId }, scopes, now));
    },
    withdraw: (accountId, clientId, now, note) =>
      database.unit(() => withdraw({ account_id: accountId, client_id: clientId }, now, note)),
  };
}

/** Adds to what was allowed, as part of a unit. */
export function* addScopes(pair: Pair, scopes: readonly string[], now: number): Unit<void> {
  if (scopes.length === 0) return;
  // The consent comes before its scopes, here and where they are taken back: who comes second waits for the first.
  yield* execute(touchConsent, { ...pair, now });
  for (const scope of scopes) yield* execute(insertScope, { ...pair, scope, now });
}

function* withdraw(
  pair: Pair,
  now: number,
  note: Note<WithdrawnConsent> | undefined,
): Unit<'withdrawn' | 'missing'> {
  yield* execute(deleteConsent, pair);
  const scopes = yield* all(deleteScopes, pair);
  yield* execute(deleteEmptyConsent, pair);
  const grants = yield* all(endGrants, { ...pair, now });
  if (scopes.length + grants.length === 0) return 'missing';
  const items = scopes.map((row) => row.scope).toSorted();
  yield* noteDown(note, { items, grantIds: grants.map((row) => row.id).toSorted() });
  return 'withdrawn';
}
