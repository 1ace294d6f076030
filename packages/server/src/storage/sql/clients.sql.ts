import { sql } from 'kysely';
import type { ClientChanges, ClientRecord, ClientStore, PageCursor } from '../ports/index.js';
import { clientOf, rowOf } from './client-columns.js';
import { flag, json } from './columns.js';
import type { Database } from './database.js';
import type { ClientsTable } from './schema.js';
import { defineStatement } from './statement.js';
import { first, type Unit } from './unit.js';

const findClient = defineStatement((db, p: { id: string }) =>
  db.selectFrom('clients').selectAll().where('id', '=', p.id),
);

const listNewest = defineStatement((db, p: { limit: number }) =>
  db.selectFrom('clients').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(p.limit),
);

const listAfter = defineStatement((db, p: { createdAt: number; id: string; limit: number }) =>
  db
    .selectFrom('clients')
    .selectAll()
    .where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(p.createdAt, p.id)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

export const insertClient = defineStatement((db, p: ClientsTable) =>
  db
    .insertInto('clients')
    .values({
      id: p.id,
      name: p.name,
      secret_hash: p.secret_hash,
      sealed_secret: p.sealed_secret,
      authentication_method: p.authentication_method,
      redirect_uris: p.redirect_uris,
      grant_types: p.grant_types,
      response_types: p.response_types,
      scopes: p.scopes,
      access_token_format: p.access_token_format,
      id_token_algorithm: p.id_token_algorithm,
      audience: p.audience,
      compatibility: p.compatibility,
      metadata: p.metadata,
      enabled: p.enabled,
      created_at: p.created_at,
      updated_at: p.updated_at,
    })
    .onConflict((conflict) => conflict.column('id').doNothing()),
);

/** What an update carries: null leaves a column as it is. */
type Update = { [Column in Updatable]: ClientsTable[Column] | null } & {
  id: string;
  /** Whether `audience` is to be changed; null is one of the values that it can be changed to. */
  audience_given: number;
};
type Updatable = Exclude<keyof ClientsTable, 'id' | 'created_at' | 'secret_hash' | 'sealed_secret'>;

/** The new value where there is one, else what the column holds. */
const changed = <Column extends Updatable>(column: Column, value: ClientsTable[Column] | null) =>
  sql<NonNullable<ClientsTable[Column]>>`coalesce(${value}, ${sql.ref(column)})`;

const updateClient = defineStatement((db, p: Update) =>
  db
    .updateTable('clients')
    .set({
      name: changed('name', p.name),
      authentication_method: changed('authentication_method', p.authentication_method),
      redirect_uris: changed('redirect_uris', p.redirect_uris),
      grant_types: changed('grant_types', p.grant_types),
      response_types: changed('response_types', p.response_types),
      scopes: changed('scopes', p.scopes),
      access_token_format: changed('access_token_format', p.access_token_format),
      id_token_algorithm: changed('id_token_algorithm', p.id_token_algorithm),
      audience: sql<string | null>`case when ${p.audience_given} = 1 then ${p.audience} else audience end`,
      compatibility: changed('compatibility', p.compatibility),
      metadata: changed('metadata', p.metadata),
      enabled: changed('enabled', p.enabled),
      updated_at: changed('updated_at', p.updated_at),
    })
    .where('id', '=', p.id)
    .returningAll(),
);

/** Writes nothing new, and so keeps others from writing until the unit ends. */
const lockClient = defineStatement((db, p: { id: string }) =>
  db
    .updateTable('clients')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', p.id)
    .returningAll(),
);

/** Changes a client as it is now, while nothing else does. */
export function* revise(
  id: string,
  change: (client: ClientRecord) => ClientChanges,
): Unit<ClientsTable | undefined> {
  const row = yield* first(lockClient, { id });
  if (row === undefined) return undefined;
  return yield* first(updateClient, updateOf(id, change(clientOf(row))));
}

export const deleteClient = defineStatement((db, p: { id: string }) =>
  db.deleteFrom('clients').where('id', '=', p.id),
);

/** Registered apps in SQL. */
export function sqlClients(database: Database): ClientStore {
  return {
    async find(id) {
      const row = await database.readFirst(findClient, { id });
      return row && clientOf(row);
    },
    async list({ limit, after }) {
      // One more than asked for tells whether there is a next page.
      const rows = await readPage(database, limit + 1, after);
      const items = rows.slice(0, limit).map(clientOf);
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return { items, next: more ? { createdAt: last.createdAt, id: last.id } : null };
    },
    async create(client) {
      const added = await database.write(insertClient, rowOf(client));
      return added === 1 ? 'created' : 'idTaken';
    },
    async update(id, changes) {
      const row =
        typeof changes === 'function'
          ? await database.unit(() => revise(id, changes))
          : await database.writeReturning(updateClient, updateOf(id, changes));
      return row === undefined ? 'missing' : clientOf(row);
    },
    // Grants, their tokens and consents go with the client: their foreign keys cascade.
    async delete(id) {
      return (await database.write(deleteClient, { id })) === 1 ? 'deleted' : 'missing';
    },
  };
}

function readPage(
  database: Database,
  limit: number,
  after: PageCursor | null,
): Promise<readonly ClientsTable[]> {
  if (after === null) return database.readAll(listNewest, { limit });
  return database.readAll(listAfter, { limit, createdAt: after.createdAt, id: after.id });
}

function updateOf(id: string, changes: ClientChanges): Update {
  return {
    id,
    name: changes.name ?? null,
    authentication_method: changes.authenticationMethod ?? null,
    redirect_uris: changes.redirectUris ? json(changes.redirectUris) : null,
    grant_types: changes.grantTypes ? json(changes.grantTypes) : null,
    response_types: changes.responseTypes ? json(changes.responseTypes) : null,
    scopes: changes.scopes ? json(changes.scopes) : null,
    access_token_format: changes.accessTokenFormat ?? null,
    id_token_algorithm: changes.idTokenAlgorithm ?? null,
    audience: changes.audience ?? null,
    audience_given: flag(changes.audience !== undefined),
    compatibility: changes.compatibility ? json(changes.compatibility) : null,
    metadata: changes.metadata ? json(changes.metadata) : null,
    enabled: changes.enabled === undefined ? null : flag(changes.enabled),
    updated_at: changes.updatedAt,
  };
}
