import { sql } from 'kysely';
import {
  type ClientCaps,
  type ClientChanges,
  type ClientRecord,
  type ClientStore,
  type Note,
  OwnerGone,
} from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import { lockAccount } from './change-account.sql.js';
import { clientOf, rowOf } from './client-columns.js';
import { setLogo } from './client-logos.sql.js';
import { sqlClientSecrets } from './client-secrets.sql.js';
import { flag, json } from './columns.js';
import type { Database } from './database.js';
import { deleteAllClients } from './delete-clients.sql.js';
import { endAccess } from './end-access.sql.js';
import { lockClient } from './lock-client.sql.js';
import { defineNewestFirst } from './newest-first.sql.js';
import type { ClientsTable } from './schema.js';
import { requestColumnsOf } from './scope-columns.js';
import { defineStatement } from './statement.js';
import { execute, first, type Unit } from './unit.js';

const findClient = defineStatement((db, p: { id: string }) =>
  db.selectFrom('clients').selectAll().where('id', '=', p.id),
);

const findAllowing = defineStatement((db, p: { enabled: number; pattern: string }) =>
  db
    .selectFrom('clients')
    .select('id')
    .where('enabled', '=', p.enabled)
    .where('compatibility', 'like', p.pattern)
    .limit(1),
);

export const newestFirst = defineNewestFirst<ClientsTable>('clients', 'created_by');

/** Those that registered themselves count for nobody: they would leave no room for anybody else's. */
const countAll = defineStatement((db) =>
  db
    .selectFrom('clients')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('created_by', 'is not', null),
);

const countOf = defineStatement((db, p: { createdBy: string }) =>
  db
    .selectFrom('clients')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('created_by', '=', p.createdBy),
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
      created_by: p.created_by,
      modified_by: p.modified_by,
      is_suspended: p.is_suspended,
      previous_secret_hash: p.previous_secret_hash,
      previous_sealed_secret: p.previous_sealed_secret,
      previous_secret_expires_at: p.previous_secret_expires_at,
      credentials_version: p.credentials_version,
      scope_requests: p.scope_requests,
      scope_requested_at: p.scope_requested_at,
    })
    .onConflict((conflict) => conflict.column('id').doNothing()),
);

/** What an update carries: null leaves a column as it is. */
type Update = { [Column in Updatable]: ClientsTable[Column] | null } & {
  id: string;
  /** Whether `audience` is to be changed; null is one of the values that it can be changed to. */
  audience_given: number;
  /** Whether what the client waits for is to be changed; null is one of the values of its time. */
  scope_requests_given: number;
};
type Updatable = Exclude<
  keyof ClientsTable,
  | 'id'
  | 'created_at'
  | 'created_by'
  | 'secret_hash'
  | 'sealed_secret'
  | 'previous_secret_hash'
  | 'previous_sealed_secret'
  | 'previous_secret_expires_at'
  | 'credentials_version'
>;

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
      modified_by: changed('modified_by', p.modified_by),
      is_suspended: changed('is_suspended', p.is_suspended),
      scope_requests: changed('scope_requests', p.scope_requests),
      scope_requested_at: sql<
        number | null
      >`case when ${p.scope_requests_given} = 1 then ${p.scope_requested_at} else scope_requested_at end`,
    })
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
  const changes = change(clientOf(row));
  if (changes.endsAccess === true) yield* endAccess(id, changes.updatedAt);
  yield* setLogo(id, changes.logo);
  return yield* first(updateClient, updateOf(id, changes));
}

export const deleteClient = defineStatement((db, p: { id: string }) =>
  db.deleteFrom('clients').where('id', '=', p.id),
);

/** Registered apps in SQL. */
export function sqlClients(database: Database): ClientStore {
  return {
    ...sqlClientSecrets(database),
    async someAllows(setting) {
      const pattern = `%${JSON.stringify(setting)}%`;
      return (await database.readFirst(findAllowing, { enabled: flag(true), pattern })) !== undefined;
    },
    async find(id) {
      const row = await database.readFirst(findClient, { id });
      return row && clientOf(row);
    },
    list: (page, createdBy) => newestFirst.page(database, page, createdBy, clientOf),
    create: (client, { caps = {}, ...more } = {}) =>
      // What is counted must not change before it is added to.
      caps.perCreator === undefined && caps.total === undefined
        ? database.unit(() => create(client, more))
        : database.exclusiveUnit(() => createWithin(caps, client, more)),
    async update(id, changes, note) {
      const change = typeof changes === 'function' ? changes : () => changes;
      return database.unit(() => update(id, change, note));
    },
    delete: (id, note) => database.unit(() => remove(id, note)),
    deleteAll: (createdBy, note) => deleteAllClients(database, createdBy, note),
  };
}

/** What is written together with a new client, and who must be there for it. */
type Beside = Omit<NonNullable<Parameters<ClientStore['create']>[1]>, 'caps'>;

function* create(client: ClientRecord, { creator, logo, note }: Beside): Unit<'created' | 'idTaken'> {
  // No foreign key holds the creator, since an app outlives them. Whoever deletes them waits, and finds it.
  if (creator !== undefined && (yield* first(lockAccount, { id: creator })) === undefined) {
    throw new OwnerGone('The account was deleted meanwhile');
  }
  if ((yield* execute(insertClient, rowOf(client))) === 0) return 'idTaken';
  yield* setLogo(client.id, logo);
  yield* noteDown(note, client);
  return 'created';
}

function* createWithin(
  { perCreator, total }: ClientCaps,
  client: ClientRecord,
  beside: Beside,
): Unit<'created' | 'idTaken' | 'creatorFull' | 'full'> {
  if (total !== undefined && ((yield* first(countAll, {}))?.count ?? 0) >= total) return 'full';
  const { createdBy } = client;
  if (perCreator !== undefined && createdBy !== null) {
    if (((yield* first(countOf, { createdBy }))?.count ?? 0) >= perCreator) return 'creatorFull';
  }
  return yield* create(client, beside);
}

function* update(
  id: string,
  change: (client: ClientRecord) => ClientChanges,
  note: Note<ClientRecord> | undefined,
): Unit<ClientRecord | 'missing'> {
  const row = yield* revise(id, change);
  if (row === undefined) return 'missing';
  const client = clientOf(row);
  yield* noteDown(note, client);
  return client;
}

/** Grants, their tokens and consents go with the client: their foreign keys cascade. */
function* remove(id: string, note: Note<ClientRecord> | undefined): Unit<'deleted' | 'missing'> {
  const row = yield* first(lockClient, { id });
  if (row === undefined) return 'missing';
  yield* noteDown(note, clientOf(row));
  yield* execute(deleteClient, { id });
  return 'deleted';
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
    modified_by: changes.modifiedBy ?? null,
    is_suspended: changes.isSuspended === undefined ? null : flag(changes.isSuspended),
    ...(changes.scopeRequests === undefined
      ? { scope_requests: null, scope_requested_at: null }
      : requestColumnsOf(changes.scopeRequests)),
    scope_requests_given: flag(changes.scopeRequests !== undefined),
  };
}
