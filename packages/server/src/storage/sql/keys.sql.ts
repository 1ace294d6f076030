import type { AuditEvent, SigningKeyRecord, SigningKeyStore } from '../ports/index.js';
import { addEvent } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { signingKeysTable } from './tables/signing-keys.table.js';
import { execute, type Unit } from './unit.js';

const listKeys = defineStatement((db) =>
  db.selectFrom('signing_keys').selectAll().orderBy('algorithm').orderBy('generation'),
);

type KeyRow = TableRow<typeof signingKeysTable>;

const insertKey = defineStatement((db, p: KeyRow) =>
  db
    .insertInto('signing_keys')
    .values(signingKeysTable.values(p))
    .onConflict((conflict) => conflict.columns(['algorithm', 'generation']).doNothing()),
);

const settleStart = defineStatement((db, p: { kid: string; at: number }) =>
  db
    .updateTable('signing_keys')
    .set({ signs_from: p.at })
    .where('kid', '=', p.kid)
    .where('signs_from', 'is', null),
);

const raiseTokenSeconds = defineStatement((db, p: { kid: string; seconds: number }) =>
  db
    .updateTable('signing_keys')
    .set({ token_seconds: p.seconds })
    .where('kid', '=', p.kid)
    .where('token_seconds', '<', p.seconds),
);

const resealKey = defineStatement((db, p: { kid: string; from: string; to: string }) =>
  db
    .updateTable('signing_keys')
    .set({ sealed_private_jwk: p.to })
    .where('kid', '=', p.kid)
    .where('sealed_private_jwk', '=', p.from),
);

const deleteOlder = defineStatement((db, p: { algorithm: string; generation: number }) =>
  db.deleteFrom('signing_keys').where('algorithm', '=', p.algorithm).where('generation', '<', p.generation),
);

const deleteKey = defineStatement((db, p: { kid: string }) =>
  db.deleteFrom('signing_keys').where('kid', '=', p.kid),
);

function* startSigning(kid: string, at: number, event: AuditEvent | undefined): Unit<'settled' | 'notNow'> {
  if ((yield* execute(settleStart, { kid, at })) !== 1) return 'notNow';
  if (event !== undefined) yield* addEvent(event);
  return 'settled';
}

function* replaceOlder(
  key: SigningKeyRecord,
  event: AuditEvent | undefined,
): Unit<'replaced' | 'generationTaken'> {
  if ((yield* execute(insertKey, signingKeysTable.rowOf(key))) !== 1) return 'generationTaken';
  yield* execute(deleteOlder, { algorithm: key.algorithm, generation: key.generation });
  if (event !== undefined) yield* addEvent(event);
  return 'replaced';
}

/** Signing keys in SQL. */
export function sqlSigningKeys(database: Database): SigningKeyStore {
  return {
    async list() {
      return (await database.readAll(listKeys, {})).map(signingKeysTable.recordOf);
    },
    async add(key) {
      return (await database.write(insertKey, signingKeysTable.rowOf(key))) === 1
        ? 'added'
        : 'generationTaken';
    },
    startSigning: (kid, at, event) => database.unit(() => startSigning(kid, at, event)),
    async raiseTokenSeconds(kid, seconds) {
      await database.write(raiseTokenSeconds, { kid, seconds });
    },
    async reseal(kid, from, to) {
      return (await database.write(resealKey, { kid, from, to })) === 1 ? 'resealed' : 'changedMeanwhile';
    },
    replaceOlder: (key, event) => database.unit(() => replaceOlder(key, event)),
    async remove(kid) {
      await database.write(deleteKey, { kid });
    },
  };
}
