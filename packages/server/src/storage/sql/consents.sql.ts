import type { ConsentStore, NewConsentItem, Note, WithdrawnConsent } from '../ports/index.js';
import { sqlAppUses } from './app-uses.sql.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import { sqlConsentList } from './consent-list.sql.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { consentItemsTable, consentsTable } from './tables/consents.table.js';
import { all, execute, type Unit } from './unit.js';

interface Pair {
  account_id: string;
  client_id: string;
}

const itemTable = consentItemsTable.pick('resource', 'name');
const allowedItemTable = consentItemsTable.pick('resource', 'name', 'allowedAt');

const findItems = defineStatement((db, p: Pair) =>
  db
    .selectFrom('consent_items')
    .select(allowedItemTable.selection)
    .where('account_id', '=', p.account_id)
    .where('client_id', '=', p.client_id)
    .orderBy('granted_at')
    .orderBy('scope')
    .orderBy('resource'),
);

const touchConsent = defineStatement((db, p: TableRow<typeof consentsTable>) =>
  db
    .insertInto('consents')
    .values(consentsTable.values(p))
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'client_id']).doUpdateSet({ modified_at: p.modified_at }),
    ),
);

const insertItem = defineStatement((db, p: TableRow<typeof consentItemsTable> & { expired_before: number }) =>
  db
    .insertInto('consent_items')
    .values(consentItemsTable.values(p))
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'client_id', 'resource', 'scope'])
        .doUpdateSet({ granted_at: p.granted_at })
        .where('consent_items.granted_at', '<=', p.expired_before),
    ),
);

/** No item is as old: an item that was allowed before keeps its time. */
const NEVER = -1;

const deleteConsent = defineStatement((db, p: Pair) =>
  db.deleteFrom('consents').where('account_id', '=', p.account_id).where('client_id', '=', p.client_id),
);

const deleteItems = defineStatement((db, p: Pair) =>
  db
    .deleteFrom('consent_items')
    .where('account_id', '=', p.account_id)
    .where('client_id', '=', p.client_id)
    .returning(itemTable.selection),
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

/** What users allowed to clients, in SQL. */
export function sqlConsents(database: Database): ConsentStore {
  const itemsOf = (accountId: string, clientId: string) =>
    database.readAll(findItems, { account_id: accountId, client_id: clientId });
  return {
    ...sqlConsentList(database),
    ...sqlAppUses(database),
    async find(accountId, clientId) {
      return (await itemsOf(accountId, clientId)).map(itemTable.recordOf);
    },
    async inspect(accountId, clientId) {
      return (await itemsOf(accountId, clientId)).map(allowedItemTable.recordOf);
    },
    async add(accountId, clientId, items, now) {
      await database.unit(() => addConsentItems({ account_id: accountId, client_id: clientId }, items, now));
    },
    withdraw: (accountId, clientId, now, note) =>
      database.unit(() => withdraw({ account_id: accountId, client_id: clientId }, now, note)),
  };
}

/** Adds items to a consent, as part of a unit. */
export function* addConsentItems(pair: Pair, items: readonly NewConsentItem[], now: number): Unit<void> {
  if (items.length === 0) return;
  // The consent comes before its items, as in `withdraw`: the second of two units waits for the first.
  yield* execute(touchConsent, { ...pair, modified_at: now });
  for (const { resource, name, seconds } of items) {
    const row = allowedItemTable.rowOf({ resource, name, allowedAt: now });
    const expiredBefore = seconds === undefined ? NEVER : now - seconds;
    yield* execute(insertItem, { ...pair, ...row, expired_before: expiredBefore });
  }
}

function* withdraw(
  pair: Pair,
  now: number,
  note: Note<WithdrawnConsent> | undefined,
): Unit<'withdrawn' | 'missing'> {
  // The consent comes before its items, as in `addConsentItems`: the second of two units waits for the first.
  yield* execute(deleteConsent, pair);
  const rows = yield* all(deleteItems, pair);
  const grants = yield* all(endGrants, { ...pair, now });
  if (rows.length + grants.length === 0) return 'missing';
  const items = rows.toSorted(byScopeAndResource).map(itemTable.recordOf);
  yield* noteDown(note, { items, grantIds: grants.map((row) => row.id).toSorted() });
  return 'withdrawn';
}

/** The order does not depend on the database. */
function byScopeAndResource(one: TableRow<typeof itemTable>, other: TableRow<typeof itemTable>): number {
  const [a, b] = one.scope === other.scope ? [one.resource, other.resource] : [one.scope, other.scope];
  return a < b ? -1 : 1;
}
