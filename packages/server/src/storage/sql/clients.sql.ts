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
import { setLogo } from './client-logos.sql.js';
import { sqlClientSecrets } from './client-secrets.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { deleteAllClients } from './delete-clients.sql.js';
import { endAccess } from './end-access.sql.js';
import { lockAccount } from './lock-account.sql.js';
import { lockClient } from './lock-client.sql.js';
import { defineNewestFirst } from './newest-first.sql.js';
import { defineStatement } from './statement.js';
import { type ClientRow, clientsTable } from './tables/clients.table.js';
import { execute, first, type Unit } from './unit.js';

const findClient = defineStatement((db, p: { id: string }) =>
  db.selectFrom('clients').select(clientsTable.selection).where('id', '=', p.id),
);

/** Reads an index of these clients. Databases use it where its condition is in the text of the statement. */
export const findOpenlyIntrospected = defineStatement((db) =>
  db
    .selectFrom('clients')
    .select('id')
    .where('introspects_openly', '=', sql.lit(1))
    .where('enabled', '=', 1)
    .limit(1),
);

export const newestFirst = defineNewestFirst(clientsTable, 'created_by');

/** Clients that registered themselves do not count: they would use up the cap of all developers. */
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

export const insertClient = defineStatement((db, p: ClientRow) =>
  db
    .insertInto('clients')
    .values(clientsTable.values(p))
    .onConflict((conflict) => conflict.column('id').doNothing()),
);

/** What `ClientChanges` can change. */
const changeable = clientsTable.omit(
  'id',
  'createdAt',
  'createdBy',
  'secretHash',
  'sealedSecret',
  'previousSecret',
  'credentialsVersion',
);

const updateClient = defineStatement((db, p: TableRow<typeof changeable> & { id: string }) =>
  db
    .updateTable('clients')
    .set(changeable.values(p))
    .where('id', '=', p.id)
    .returning(clientsTable.selection),
);

/** Locks and changes a client, as part of a unit. */
export function* revise(
  id: string,
  change: (client: ClientRecord) => ClientChanges,
): Unit<ClientRecord | undefined> {
  const client = yield* lockClient(id);
  if (client === undefined) return undefined;
  const changes = change(client);
  if (changes.endsAccess === true) yield* endAccess(id, changes.updatedAt);
  yield* setLogo(id, changes.logo);
  const row = yield* first(updateClient, { id, ...changeable.rowOf({ ...client, ...changes }) });
  return row && clientsTable.recordOf(row);
}

export const deleteClient = defineStatement((db, p: { id: string }) =>
  db.deleteFrom('clients').where('id', '=', p.id),
);

/** Registered apps in SQL. */
export function sqlClients(database: Database): ClientStore {
  return {
    ...sqlClientSecrets(database),
    async someAllowOpenIntrospection() {
      return (await database.readFirst(findOpenlyIntrospected, {})) !== undefined;
    },
    async find(id) {
      const row = await database.readFirst(findClient, { id });
      return row && clientsTable.recordOf(row);
    },
    list: (page, createdBy) => newestFirst.page(database, page, createdBy),
    create: (client, { caps = {}, ...options } = {}) =>
      // The count must not change before the client is added.
      caps.perCreator === undefined && caps.total === undefined
        ? database.unit(() => create(client, options))
        : database.exclusiveUnit(() => createWithin(caps, client, options)),
    async update(id, changes, note) {
      const change = typeof changes === 'function' ? changes : () => changes;
      return database.unit(() => update(id, change, note));
    },
    delete: (id, note) => database.unit(() => remove(id, note)),
    deleteAll: (createdBy, note) => deleteAllClients(database, createdBy, note),
  };
}

/** What is written together with a new client, and the account that must exist for it. */
type CreateOptions = Omit<NonNullable<Parameters<ClientStore['create']>[1]>, 'caps'>;

function* create(client: ClientRecord, { creator, logo, note }: CreateOptions): Unit<'created' | 'idTaken'> {
  // An app stays when its creator is deleted, so no foreign key refers to the creator. A deletion waits for the lock and
  // then suspends this app, too.
  if (creator !== undefined && (yield* lockAccount(creator)) === undefined) {
    throw new OwnerGone('The account was deleted meanwhile');
  }
  if ((yield* execute(insertClient, clientsTable.rowOf(client))) === 0) return 'idTaken';
  yield* setLogo(client.id, logo);
  yield* noteDown(note, client);
  return 'created';
}

function* createWithin(
  { perCreator, total }: ClientCaps,
  client: ClientRecord,
  options: CreateOptions,
): Unit<'created' | 'idTaken' | 'creatorFull' | 'full'> {
  if (total !== undefined && ((yield* first(countAll, {}))?.count ?? 0) >= total) return 'full';
  const { createdBy } = client;
  if (perCreator !== undefined && createdBy !== null) {
    if (((yield* first(countOf, { createdBy }))?.count ?? 0) >= perCreator) return 'creatorFull';
  }
  return yield* create(client, options);
}

function* update(
  id: string,
  change: (client: ClientRecord) => ClientChanges,
  note: Note<ClientRecord> | undefined,
): Unit<ClientRecord | 'missing'> {
  const client = yield* revise(id, change);
  if (client === undefined) return 'missing';
  yield* noteDown(note, client);
  return client;
}

/** Grants, their tokens and consents are deleted with the client: their foreign keys cascade. */
function* remove(id: string, note: Note<ClientRecord> | undefined): Unit<'deleted' | 'missing'> {
  const client = yield* lockClient(id);
  if (client === undefined) return 'missing';
  yield* noteDown(note, client);
  yield* execute(deleteClient, { id });
  return 'deleted';
}
