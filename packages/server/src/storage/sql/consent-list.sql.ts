import { type Kysely, sql } from 'kysely';
import type {
  AllowedItem,
  ConsentPage,
  ConsentPageRequest,
  ConsentRecord,
  ConsentStore,
} from '../ports/index.js';
import type { SelectedRow } from './codec/table.js';
import type { Database } from './database.js';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';
import { joinedAccount } from './tables/accounts.table.js';
import { clientsTable } from './tables/clients.table.js';
import { consentItemsTable, consentsTable } from './tables/consents.table.js';

/** No scope has a space in it (RFC 6749 §3.3), and no resource a line feed. */
const allowed = sql<string | null>`(
  select string_agg(scope || ' ' || granted_at || ' ' || resource, '\n' order by granted_at, scope, resource) from consent_items
  where consent_items.account_id = consents.account_id and consent_items.client_id = consents.client_id
)`.as('allowed');

const joinedConsent = consentsTable.prefixed('consent_');

type Consent = SelectedRow<typeof joinedConsent> & { allowed: string | null };

interface After {
  modifiedAt: number;
  id: string;
}

/** Whether a consent comes after a place in the list. With one comparison the database reads the index from there. */
const isAfter = (id: 'consents.client_id' | 'consents.account_id', p: After) =>
  sql<boolean>`(consents.modified_at, ${sql.ref(id)}) < (${p.modifiedAt}, ${p.id})`;

const ofAccount = (db: Kysely<Schema>, accountId: string, limit: number) =>
  db
    .selectFrom('consents')
    .innerJoin('clients', 'clients.id', 'consents.client_id')
    .select(clientsTable.selection)
    .select(joinedConsent.selection)
    .select(allowed)
    .where('consents.account_id', '=', accountId)
    .orderBy('consents.modified_at', 'desc')
    .orderBy('consents.client_id', 'desc')
    .limit(limit);

const ofClient = (db: Kysely<Schema>, clientId: string, limit: number) =>
  db
    .selectFrom('consents')
    .innerJoin('accounts', 'accounts.id', 'consents.account_id')
    .select(joinedAccount.selection)
    .select(joinedConsent.selection)
    .select(allowed)
    .where('consents.client_id', '=', clientId)
    .orderBy('consents.modified_at', 'desc')
    .orderBy('consents.account_id', 'desc')
    .limit(limit);

/** The lists of consents, each read together with its client or account in one statement. */
export const consentListStatements = {
  ofAccount: defineStatement((db, p: { of: string; limit: number }) => ofAccount(db, p.of, p.limit)),
  ofAccountAfter: defineStatement((db, p: { of: string; limit: number } & After) =>
    ofAccount(db, p.of, p.limit).where(isAfter('consents.client_id', p)),
  ),
  ofClient: defineStatement((db, p: { of: string; limit: number }) => ofClient(db, p.of, p.limit)),
  ofClientAfter: defineStatement((db, p: { of: string; limit: number } & After) =>
    ofClient(db, p.of, p.limit).where(isAfter('consents.account_id', p)),
  ),
};

/** What users allowed to clients, in pages. */
export function sqlConsentList(database: Database): Pick<ConsentStore, 'listOfAccount' | 'listOfClient'> {
  const statements = consentListStatements;
  return {
    async listOfAccount(of, page) {
      // One row more than requested shows whether there is a next page.
      const limit = page.limit + 1;
      const rows = await (page.after === null
        ? database.readAll(statements.ofAccount, { of, limit })
        : database.readAll(statements.ofAccountAfter, { of, limit, ...page.after }));
      const items = rows.map((row) => ({ ...consentOf(row), client: clientsTable.recordOf(row) }));
      return pageOf(items, page, ({ clientId }) => clientId);
    },
    async listOfClient(of, page) {
      const limit = page.limit + 1;
      const rows = await (page.after === null
        ? database.readAll(statements.ofClient, { of, limit })
        : database.readAll(statements.ofClientAfter, { of, limit, ...page.after }));
      const items = rows.map((row) => ({ ...consentOf(row), account: joinedAccount.recordOf(row) }));
      return pageOf(items, page, ({ accountId }) => accountId);
    },
  };
}

function consentOf(row: Consent): ConsentRecord {
  return { ...joinedConsent.recordOf(row), items: row.allowed?.split('\n').map(itemIn) ?? [] };
}

const itemTable = consentItemsTable.pick('resource', 'name', 'allowedAt');

function itemIn(line: string): AllowedItem {
  const [scope = '', grantedAt, ...resource] = line.split(' ');
  return itemTable.recordOf({ scope, granted_at: Number(grantedAt), resource: resource.join(' ') });
}

function pageOf<T extends ConsentRecord>(
  rows: readonly T[],
  { limit }: ConsentPageRequest,
  idOf: (item: T) => string,
): ConsentPage<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, next: more ? { modifiedAt: last.modifiedAt, id: idOf(last) } : null };
}
