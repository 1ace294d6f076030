import type { Kysely } from 'kysely';
import type { ApiKeyRecord, ApiKeyStore, ApiKeyWithAccount, Note } from '../ports/index.js';
import { type AccountRow, accountColumns, accountOf } from './account-columns.js';
import { apiKeyOf, rowOf } from './api-key-columns.js';
import { noteDown } from './audit.sql.js';
import type { Database } from './database.js';
import { defineNewestFirst } from './newest-first.sql.js';
import type { ApiKeysTable, Schema } from './schema.js';
import { defineStatement } from './statement.js';
import { execute, first, type Unit } from './unit.js';

const keyColumns = [
  'api_keys.id',
  'api_keys.name',
  'api_keys.hash',
  'api_keys.prefix',
  'api_keys.created_at',
  'api_keys.expires_at',
  'api_keys.account_id as key_account_id',
  'api_keys.scopes',
  'api_keys.last_used_at',
] as const;

/** Keys that are good: not expired, and nobody's or of somebody who may sign in. */
const liveKeys = (db: Kysely<Schema>, now: number) =>
  db
    .selectFrom('api_keys')
    .leftJoin('accounts', 'accounts.id', 'api_keys.account_id')
    .select(keyColumns)
    .select(accountColumns)
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

const insertKey = defineStatement((db, p: ApiKeysTable) => db.insertInto('api_keys').values(valuesOf(p)));

const putKey = defineStatement((db, p: ApiKeysTable) =>
  db
    .insertInto('api_keys')
    .values(valuesOf(p))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        name: p.name,
        hash: p.hash,
        prefix: p.prefix,
        // The same key goes on being what it was.
        expires_at: p.expires_at,
      }),
    ),
);

const countOf = defineStatement((db, p: { accountId: string }) =>
  db
    .selectFrom('api_keys')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.accountId),
);

/** Writes nothing new, and so keeps others from writing until the unit ends. */
const lockKey = defineStatement((db, p: { id: string }) =>
  db
    .updateTable('api_keys')
    .set((eb) => ({ name: eb.ref('name') }))
    .where('id', '=', p.id)
    .returningAll(),
);

const renameKey = defineStatement((db, p: { id: string; name: string }) =>
  db.updateTable('api_keys').set({ name: p.name }).where('id', '=', p.id),
);

export const newestFirst = defineNewestFirst<ApiKeysTable>('api_keys', 'account_id');

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
      return row && apiKeyOf(row);
    },
    list: (page, accountId) => newestFirst.page(database, page, accountId, apiKeyOf),
    create: (key, { mostPerAccount, note } = {}) =>
      // What is counted must not change before it is added to.
      mostPerAccount === undefined
        ? database.unit(() => create(key, note))
        : database.exclusiveUnit(() => createWithin(mostPerAccount, key, note)),
    async put(key) {
      // One at a time: of two that put the same key, PostgreSQL would fail one by the hash before it sees the ID.
      await database.exclusiveUnit(() => execute(putKey, rowOf(key)));
    },
    async touch(id, now, before) {
      await database.write(touchKey, { id, now, before });
    },
    rename: (id, nameOf, note) => database.unit(() => rename(id, nameOf, note)),
    delete: (id, note) => database.unit(() => remove(id, note)),
  };
}

function* create(key: ApiKeyRecord, note: Note<ApiKeyRecord> | undefined): Unit<'created'> {
  yield* execute(insertKey, rowOf(key));
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
  const key = apiKeyOf(row);
  const renamed = { ...key, name: nameOf(key) };
  yield* execute(renameKey, { id, name: renamed.name });
  yield* noteDown(note, renamed);
  return renamed;
}

function* remove(id: string, note: Note<ApiKeyRecord> | undefined): Unit<'deleted' | 'missing'> {
  const row = yield* first(deleteKey, { id });
  if (row === undefined) return 'missing';
  yield* noteDown(note, apiKeyOf(row));
  return 'deleted';
}

type JoinedRow = Omit<ApiKeysTable, 'account_id'> & { key_account_id: string | null } & {
  [Column in keyof AccountRow]: AccountRow[Column] | null;
};

function withAccount(row: JoinedRow): ApiKeyWithAccount {
  const { account_id: id } = row;
  return {
    key: apiKeyOf({ ...row, account_id: row.key_account_id }),
    // The columns of an account that is there are what the table says they are.
    account: id === null ? null : accountOf({ ...row, account_id: id } as AccountRow),
  };
}

function valuesOf(p: ApiKeysTable): ApiKeysTable {
  return {
    id: p.id,
    name: p.name,
    hash: p.hash,
    prefix: p.prefix,
    created_at: p.created_at,
    expires_at: p.expires_at,
    account_id: p.account_id,
    scopes: p.scopes,
    last_used_at: p.last_used_at,
  };
}
