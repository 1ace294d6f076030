import type { Kysely } from 'kysely';
import type { ApiKeyRecord, ApiKeyStore, ApiKeyWithAccount, Note } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { SelectedRow, TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineNewestFirst } from './newest-first.sql.js';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';
import { joinedAccount } from './tables/accounts.table.js';
import { apiKeysTable } from './tables/api-keys.table.js';
import { execute, first, type Unit } from './unit.js';

type KeyRow = TableRow<typeof apiKeysTable>;

const joinedKey = apiKeysTable.prefixed('key_');

/** Valid keys: not expired, and without an account or of one that is enabled. */
const liveKeys = (db: Kysely<Schema>, now: number) =>
  db
    .selectFrom('api_keys')
    .leftJoin('accounts', 'accounts.id', 'api_keys.account_id')
    .select(joinedKey.selection)
    .select(joinedAccount.selection)
    .where((eb) => eb.or([eb('api_keys.expires_at', 'is', null), eb('api_keys.expires_at', '>', now)]))
    .where('accounts.disabled_at', 'is', null);

const findLive = defineStatement((db, p: { hash: string; now: number }) =>
  liveKeys(db, p.now).where('api_keys.hash', '=', p.hash),
);

const findLiveById = defineStatement((db, p: { id: string; now: number }) =>
  liveKeys(db, p.now).where('api_keys.id', '=', p.id),
);

const findKey = defineStatement((db, p: { id: string }) =>
  db.selectFrom('api_keys').selectAll().where('id', '=', p.id),
);

const insertKey = defineStatement((db, p: KeyRow) =>
  db.insertInto('api_keys').values(apiKeysTable.values(p)),
);

/** What changes when a key is put again. */
const replaced = apiKeysTable.pick('name', 'hash', 'prefix', 'expiresAt');

const putKey = defineStatement((db, p: KeyRow) =>
  db
    .insertInto('api_keys')
    .values(apiKeysTable.values(p))
    .onConflict((conflict) => conflict.column('id').doUpdateSet(replaced.values(p))),
);

const countOf = defineStatement((db, p: { accountId: string }) =>
  db
    .selectFrom('api_keys')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.accountId),
);

const lockKey = defineStatement((db, p: { id: string }, lock) =>
  lock(db.selectFrom('api_keys').selectAll().where('id', '=', p.id)),
);

const renameKey = defineStatement((db, p: { id: string; name: string }) =>
  db.updateTable('api_keys').set({ name: p.name }).where('id', '=', p.id),
);

export const newestFirst = defineNewestFirst(apiKeysTable, 'account_id');

const touchKey = defineStatement((db, p: { id: string; now: number; before: number }) =>
  db
    .updateTable('api_keys')
    .set({ last_used_at: p.now })
    .where('id', '=', p.id)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', p.before)])),
);

const deleteKey = defineStatement((db, p: { id: string }) =>
  db.deleteFrom('api_keys').where('id', '=', p.id).returningAll(),
);

/** Keys to the management API in SQL. */
export function sqlApiKeys(database: Database): ApiKeyStore {
  return {
    async findLive(hash, now) {
      const row = await database.readFirst(findLive, { hash, now });
      return row && withAccount(row);
    },
    async findLiveById(id, now) {
      const row = await database.readFirst(findLiveById, { id, now });
      return row && withAccount(row);
    },
    async find(id) {
      const row = await database.readFirst(findKey, { id });
      return row && apiKeysTable.recordOf(row);
    },
    list: (page, accountId) => newestFirst.page(database, page, accountId),
    create: (key, { mostPerAccount, note } = {}) =>
      // The count must not change before the key is added.
      mostPerAccount === undefined
        ? database.unit(() => create(key, note))
        : database.exclusiveUnit(() => createWithin(mostPerAccount, key, note)),
    async put(key) {
      // One at a time: of two units that put the same key, PostgreSQL refuses one for its hash before it compares the ID.
      await database.exclusiveUnit(() => execute(putKey, apiKeysTable.rowOf(key)));
    },
    async touch(id, now, before) {
      await database.write(touchKey, { id, now, before });
    },
    rename: (id, nameOf, note) => database.unit(() => rename(id, nameOf, note)),
    delete: (id, note) => database.unit(() => remove(id, note)),
  };
}

function* create(key: ApiKeyRecord, note: Note<ApiKeyRecord> | undefined): Unit<'created'> {
  yield* execute(insertKey, apiKeysTable.rowOf(key));
  yield* noteDown(note, key);
  return 'created';
}

function* createWithin(
  mostPerAccount: number,
  key: ApiKeyRecord,
  note: Note<ApiKeyRecord> | undefined,
): Unit<'created' | 'accountFull'> {
  const { accountId } = key;
  const count = accountId === null ? 0 : ((yield* first(countOf, { accountId }))?.count ?? 0);
  return count >= mostPerAccount ? 'accountFull' : yield* create(key, note);
}

function* rename(
  id: string,
  nameOf: (key: ApiKeyRecord) => string,
  note: Note<ApiKeyRecord> | undefined,
): Unit<ApiKeyRecord | 'missing'> {
  const row = yield* first(lockKey, { id });
  if (row === undefined) return 'missing';
  const key = apiKeysTable.recordOf(row);
  const renamed = { ...key, name: nameOf(key) };
  yield* execute(renameKey, { id, name: renamed.name });
  yield* noteDown(note, renamed);
  return renamed;
}

function* remove(id: string, note: Note<ApiKeyRecord> | undefined): Unit<'deleted' | 'missing'> {
  const row = yield* first(deleteKey, { id });
  if (row === undefined) return 'missing';
  yield* noteDown(note, apiKeysTable.recordOf(row));
  return 'deleted';
}

function withAccount(
  row: SelectedRow<typeof joinedKey> & Parameters<typeof joinedAccount.recordOrNull>[0],
): ApiKeyWithAccount {
  return { key: joinedKey.recordOf(row), account: joinedAccount.recordOrNull(row) };
}
