import { sql } from 'kysely';
import type {
  ClientChanges,
  ClientRecord,
  DynamicClientStore,
  DynamicRegistration,
  NewDynamicClient,
  Note,
  RegistrationCaps,
} from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import { deleteClient, insertClient, revise } from './clients.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { spendInitialToken } from './initial-tokens.sql.js';
import { freeUnusedClients, freeUnusedClientsOf, purgeUnusedClients } from './purge-clients.sql.js';
import { defineStatement } from './statement.js';
import { clientsTable } from './tables/clients.table.js';
import { clientRegistrationsTable, dynamicClientsTable } from './tables/registration.table.js';
import { execute, first, type Unit } from './unit.js';

/** How many registrations of a shared client are kept, so that repeated registrations do not fill the table. */
const MOST_REGISTRATIONS = 20;

const findByToken = defineStatement((db, p: { token_hash: string }) =>
  db
    .selectFrom('client_registrations')
    .innerJoin('dynamic_clients', 'dynamic_clients.client_id', 'client_registrations.client_id')
    .innerJoin('clients', 'clients.id', 'client_registrations.client_id')
    .select(clientsTable.selection)
    .select('dynamic_clients.is_shared')
    .where('client_registrations.token_hash', '=', p.token_hash),
);

const findByFingerprint = defineStatement((db, p: { fingerprint: string }) =>
  db
    .selectFrom('dynamic_clients')
    .innerJoin('clients', 'clients.id', 'dynamic_clients.client_id')
    .select(clientsTable.selection)
    .where('dynamic_clients.fingerprint', '=', p.fingerprint),
);

const findDynamic = defineStatement((db, p: { client_id: string }) =>
  db.selectFrom('dynamic_clients').select('client_id').where('client_id', '=', p.client_id),
);

const insertDynamic = defineStatement((db, p: TableRow<typeof dynamicClientsTable>) =>
  db.insertInto('dynamic_clients').values(dynamicClientsTable.values(p)),
);

/** A client that is registered again counts as registered now. */
const share = defineStatement((db, p: { client_id: string; registered_at: number }) =>
  db
    .updateTable('dynamic_clients')
    .set({ is_shared: 1, registered_at: p.registered_at })
    .where('client_id', '=', p.client_id),
);

const forgetFingerprint = defineStatement((db, p: { client_id: string }) =>
  db.updateTable('dynamic_clients').set({ fingerprint: null }).where('client_id', '=', p.client_id),
);

const insertRegistration = defineStatement((db, p: TableRow<typeof clientRegistrationsTable>) =>
  db.insertInto('client_registrations').values(clientRegistrationsTable.values(p)),
);

const deleteRegistration = defineStatement((db, p: { token_hash: string }) =>
  db.deleteFrom('client_registrations').where('token_hash', '=', p.token_hash),
);

const deleteOldRegistrations = defineStatement((db, p: { client_id: string; keep: number }) =>
  db
    .deleteFrom('client_registrations')
    .where('client_id', '=', p.client_id)
    .where('token_hash', 'not in', (eb) =>
      eb
        .selectFrom('client_registrations')
        .select('token_hash')
        .where('client_id', '=', p.client_id)
        .orderBy('created_at', 'desc')
        .orderBy(sql`token_hash`)
        .limit(p.keep),
    ),
);

const countAll = defineStatement((db) =>
  db.selectFrom('dynamic_clients').select((eb) => eb.fn.countAll().as('count')),
);

const countOfSource = defineStatement((db, p: { source: string }) =>
  db
    .selectFrom('dynamic_clients')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('source', '=', p.source),
);

/** Rolls back a registration over the cap, and with it the use of the initial access token. */
class TooManyClients extends Error {}

/** How long an unused client is kept when the cap is reached, in seconds: time for a first sign-in. */
const UNUSED_KEPT_SECONDS = 3600;

/** The part of the cap that is freed at once, since the search for unused clients reads all of them. */
const FREED_PART = 1 / 200;

/** Registrations run one at a time, so the counts hold until the client is added. */
function* refuseOver({ total, perSource, source }: RegistrationCaps, now: number): Unit<void> {
  const before = now - UNUSED_KEPT_SECONDS;
  if (source !== null) {
    const { count } = (yield* first(countOfSource, { source })) ?? { count: 0 };
    yield* makeRoom(perSource, Number(count), (limit) => freeUnusedClientsOf(source, before, limit));
  }
  const { count } = (yield* first(countAll, {})) ?? { count: 0 };
  yield* makeRoom(total, Number(count), (limit) => freeUnusedClients(before, limit));
}

/** @param cap 0 for none */
function* makeRoom(cap: number, count: number, free: (limit: number) => Unit<number>): Unit<void> {
  const excess = count + 1 - cap;
  if (cap === 0 || excess <= 0) return;
  const freed = yield* free(Math.max(excess, Math.ceil(cap * FREED_PART)));
  if (freed < excess) throw new TooManyClients();
}

function* register(registration: NewDynamicClient): Unit<DynamicRegistration> {
  const { client, tokenHash, initialTokenHash, fingerprint, isSame, caps, note } = registration;
  const now = client.createdAt;
  if (initialTokenHash !== null && (yield* spendInitialToken(initialTokenHash, now)) === 'refused') {
    return { outcome: 'tokenRefused' };
  }
  const twin = fingerprint === null ? undefined : yield* first(findByFingerprint, { fingerprint });
  if (twin !== undefined && isSame(clientsTable.recordOf(twin))) {
    yield* execute(share, { client_id: twin.id, registered_at: now });
    yield* addRegistration(tokenHash, twin.id, now);
    yield* execute(deleteOldRegistrations, { client_id: twin.id, keep: MOST_REGISTRATIONS });
    return { outcome: 'recognised', client: clientsTable.recordOf(twin) };
  }
  if (caps !== undefined) yield* refuseOver(caps, now);
  if (twin !== undefined) yield* execute(forgetFingerprint, { client_id: twin.id });
  yield* execute(insertClient, clientsTable.rowOf(client));
  const dynamic = {
    clientId: client.id,
    fingerprint,
    isShared: false,
    isUsed: false,
    registeredAt: now,
    source: caps?.source ?? null,
  };
  yield* execute(insertDynamic, dynamicClientsTable.rowOf(dynamic));
  yield* addRegistration(tokenHash, client.id, now);
  yield* noteDown(note, client);
  return { outcome: 'created', client };
}

function* addRegistration(tokenHash: string, clientId: string, createdAt: number): Unit<void> {
  yield* execute(insertRegistration, clientRegistrationsTable.rowOf({ tokenHash, clientId, createdAt }));
}

function* update(
  tokenHash: string,
  changes: (client: ClientRecord) => ClientChanges,
  note: Note<ClientRecord> | undefined,
): Unit<ClientRecord | 'missing' | 'shared'> {
  const found = yield* first(findByToken, { token_hash: tokenHash });
  if (found === undefined) return 'missing';
  if (found.is_shared === 1) return 'shared';
  const client = yield* revise(found.id, changes);
  if (client === undefined) return 'missing';
  yield* execute(forgetFingerprint, { client_id: found.id });
  yield* noteDown(note, client);
  return client;
}

function* remove(tokenHash: string, note: Note<ClientRecord> | undefined): Unit<'removed' | 'missing'> {
  const found = yield* first(findByToken, { token_hash: tokenHash });
  if (found === undefined) return 'missing';
  if (found.is_shared === 1) yield* execute(deleteRegistration, { token_hash: tokenHash });
  else {
    yield* noteDown(note, clientsTable.recordOf(found));
    yield* execute(deleteClient, { id: found.id });
  }
  return 'removed';
}

/**
 * Clients that registered themselves, in SQL. Changes that depend on whether a client is shared run in an exclusive unit,
 * so that no registration shares the client meanwhile.
 */
export function sqlDynamicClients(database: Database): DynamicClientStore {
  return {
    async register(registration) {
      try {
        return await database.exclusiveUnit(() => register(registration));
      } catch (error) {
        if (error instanceof TooManyClients) return { outcome: 'tooMany' };
        throw error;
      }
    },
    async find(tokenHash) {
      const row = await database.readFirst(findByToken, { token_hash: tokenHash });
      return row && clientsTable.recordOf(row);
    },
    async isDynamic(clientId) {
      return (await database.readFirst(findDynamic, { client_id: clientId })) !== undefined;
    },
    update: (tokenHash, changes, note) => database.exclusiveUnit(() => update(tokenHash, changes, note)),
    remove: (tokenHash, note) => database.exclusiveUnit(() => remove(tokenHash, note)),
    purgeUnused: (before, limit) => database.exclusiveUnit(() => purgeUnusedClients(before, limit)),
  };
}
