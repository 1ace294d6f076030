import { type Kysely, sql } from 'kysely';
import type { GrantFilter, GrantListStore, ListedGrant, PageRequest } from '../ports/index.js';
import type { SelectedRow } from './codec/table.js';
import type { Database } from './database.js';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';
import { grantsTable } from './tables/grants.table.js';

const live = (db: Kysely<Schema>) =>
  db
    .selectFrom('grants')
    .innerJoin('clients', 'clients.id', 'grants.client_id')
    .select(grantsTable.selection)
    .select('clients.name as client_name')
    .where('grants.revoked_at', 'is', null);

const newestFirst = (db: Kysely<Schema>, limit: number) =>
  live(db).orderBy('grants.created_at', 'desc').orderBy('grants.id', 'desc').limit(limit);

const isAfter = (p: After) => sql<boolean>`(grants.created_at, grants.id) < (${p.createdAt}, ${p.id})`;

interface After {
  createdAt: number;
  id: string;
}

/** The lists of live grants. Each reads an index that has only live grants. */
export const grantListStatements = {
  ofAccount: defineStatement((db, p: { account: string; limit: number }) =>
    newestFirst(db, p.limit).where('grants.account_id', '=', p.account),
  ),
  ofAccountAfter: defineStatement((db, p: { account: string; limit: number } & After) =>
    newestFirst(db, p.limit).where('grants.account_id', '=', p.account).where(isAfter(p)),
  ),
  ofClient: defineStatement((db, p: { client: string; limit: number }) =>
    newestFirst(db, p.limit).where('grants.client_id', '=', p.client),
  ),
  ofClientAfter: defineStatement((db, p: { client: string; limit: number } & After) =>
    newestFirst(db, p.limit).where('grants.client_id', '=', p.client).where(isAfter(p)),
  ),
  ofBoth: defineStatement((db, p: { account: string; client: string; limit: number }) =>
    newestFirst(db, p.limit)
      .where('grants.account_id', '=', p.account)
      .where('grants.client_id', '=', p.client),
  ),
  ofBothAfter: defineStatement((db, p: { account: string; client: string; limit: number } & After) =>
    newestFirst(db, p.limit)
      .where('grants.account_id', '=', p.account)
      .where('grants.client_id', '=', p.client)
      .where(isAfter(p)),
  ),
};

const findLive = defineStatement((db, p: { id: string }) => live(db).where('grants.id', '=', p.id));

/** Live grants, in pages. */
export function sqlGrantList(database: Database): GrantListStore {
  return {
    async list(page, filter) {
      const { limit } = page;
      // One row more than requested shows whether there is a next page.
      const rows = await read(database, { ...page, limit: limit + 1 }, filter);
      const items = rows.slice(0, limit).map(listedGrantOf);
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return { items, next: more ? { createdAt: last.createdAt, id: last.id } : null };
    },
    async findLive(id) {
      const row = await database.readFirst(findLive, { id });
      return row && listedGrantOf(row);
    },
  };
}

function read(
  database: Database,
  { limit, after }: PageRequest,
  { accountId: account, clientId: client }: GrantFilter,
): Promise<readonly ListedRow[]> {
  const statements = grantListStatements;
  if (account === undefined) {
    return after === null
      ? database.readAll(statements.ofClient, { client, limit })
      : database.readAll(statements.ofClientAfter, { client, limit, ...after });
  }
  if (client === undefined) {
    return after === null
      ? database.readAll(statements.ofAccount, { account, limit })
      : database.readAll(statements.ofAccountAfter, { account, limit, ...after });
  }
  return after === null
    ? database.readAll(statements.ofBoth, { account, client, limit })
    : database.readAll(statements.ofBothAfter, { account, client, limit, ...after });
}

type ListedRow = SelectedRow<typeof grantsTable> & { client_name: string };

function listedGrantOf(row: ListedRow): ListedGrant {
  return { ...grantsTable.recordOf(row), clientName: row.client_name };
}
