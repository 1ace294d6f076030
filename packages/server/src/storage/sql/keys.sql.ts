import type { SigningKeyRecord, SigningKeyStore } from '../ports/index.js';
import type { Database } from './database.js';
import type { SigningKeysTable } from './schema.js';
import { defineStatement } from './statement.js';

const listKeys = defineStatement((db) =>
  db.selectFrom('signing_keys').selectAll().orderBy('algorithm').orderBy('generation'),
);

const insertKey = defineStatement((db, p: SigningKeysTable) =>
  db
    .insertInto('signing_keys')
    .values({
      kid: p.kid,
      algorithm: p.algorithm,
      generation: p.generation,
      public_jwk: p.public_jwk,
      sealed_private_jwk: p.sealed_private_jwk,
      created_at: p.created_at,
    })
    .onConflict((conflict) => conflict.columns(['algorithm', 'generation']).doNothing()),
);

/** Signing keys in SQL. */
export function sqlSigningKeys(database: Database): SigningKeyStore {
  return {
    async list() {
      return (await database.readAll(listKeys, {})).map(keyOf);
    },
    async add(key) {
      const added = await database.write(insertKey, {
        kid: key.kid,
        algorithm: key.algorithm,
        generation: key.generation,
        public_jwk: key.publicJwk,
        sealed_private_jwk: key.sealedPrivateJwk,
        created_at: key.createdAt,
      });
      return added === 1 ? 'added' : 'generationTaken';
    },
  };
}

function keyOf(row: SigningKeysTable): SigningKeyRecord {
  return {
    kid: row.kid,
    algorithm: row.algorithm as SigningKeyRecord['algorithm'],
    generation: row.generation,
    publicJwk: row.public_jwk,
    sealedPrivateJwk: row.sealed_private_jwk,
    createdAt: row.created_at,
  };
}
