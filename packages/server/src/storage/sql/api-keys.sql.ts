import type { ApiKeyStore } from '../ports/index.js';
import type { Database } from './database.js';
import type { ApiKeysTable } from './schema.js';
import { defineStatement } from './statement.js';
import { execute } from './unit.js';

const findLive = defineStatement((db, p: { hash: string; now: number }) =>
  db
    .selectFrom('api_keys')
    .selectAll()
    .where('hash', '=', p.hash)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', p.now)])),
);

const putKey = defineStatement((db, p: ApiKeysTable) =>
  db
    .insertInto('api_keys')
    .values({
      id: p.id,
      name: p.name,
      hash: p.hash,
      prefix: p.prefix,
      created_at: p.created_at,
      expires_at: p.expires_at,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        name: p.name,
        hash: p.hash,
        prefix: p.prefix,
        created_at: p.created_at,
        expires_at: p.expires_at,
      }),
    ),
);

const deleteKey = defineStatement((db, p: { id: string }) =>
  db.deleteFrom('api_keys').where('id', '=', p.id),
);

/** Keys to the management API in SQL. */
export function sqlApiKeys(database: Database): ApiKeyStore {
  return {
    async find(hash, now) {
      const row = await database.readFirst(findLive, { hash, now });
      if (row === undefined) return undefined;
      return {
        id: row.id,
        name: row.name,
        hash: row.hash,
        prefix: row.prefix,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      };
    },
    async put(key) {
      // One at a time: of two that put the same key, PostgreSQL would fail one by the hash before it sees the ID.
      await database.exclusiveUnit(() =>
        execute(putKey, {
          id: key.id,
          name: key.name,
          hash: key.hash,
          prefix: key.prefix,
          created_at: key.createdAt,
          expires_at: key.expiresAt,
        }),
      );
    },
    async delete(id) {
      return (await database.write(deleteKey, { id })) === 1 ? 'deleted' : 'missing';
    },
  };
}
