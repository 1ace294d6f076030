import type { ClientRecord, ClientSecretStore, Note, SecretRotation } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import { clientOf } from './client-columns.js';
import type { Database } from './database.js';
import { endAccess } from './end-access.sql.js';
import { lockClient } from './lock-client.sql.js';
import type { ClientsTable } from './schema.js';
import { defineStatement } from './statement.js';
import { first, type Unit } from './unit.js';

type Secrets = Pick<
  ClientsTable,
  | 'id'
  | 'secret_hash'
  | 'sealed_secret'
  | 'previous_secret_hash'
  | 'previous_sealed_secret'
  | 'previous_secret_expires_at'
  | 'modified_by'
  | 'updated_at'
>;

const replaceSecret = defineStatement((db, p: Secrets) =>
  db
    .updateTable('clients')
    .set({
      secret_hash: p.secret_hash,
      sealed_secret: p.sealed_secret,
      previous_secret_hash: p.previous_secret_hash,
      previous_sealed_secret: p.previous_sealed_secret,
      previous_secret_expires_at: p.previous_secret_expires_at,
      modified_by: p.modified_by,
      updated_at: p.updated_at,
    })
    .where('id', '=', p.id)
    .returningAll(),
);

const forgetPrevious = defineStatement((db, p: { now: number; limit: number }) =>
  db
    .updateTable('clients')
    .set({ previous_secret_hash: null, previous_sealed_secret: null, previous_secret_expires_at: null })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('clients')
        .select('id')
        .where('previous_secret_expires_at', '<=', p.now)
        .orderBy('previous_secret_expires_at')
        .limit(p.limit),
    )
    // Asked again of the row itself: on PostgreSQL a rotation may have come between.
    .where('previous_secret_expires_at', '<=', p.now),
);

/** Client secrets in SQL. */
export function sqlClientSecrets(database: Database): ClientSecretStore {
  return {
    rotateSecret: (id, rotation, inspect, note) => database.unit(() => rotate(id, rotation, inspect, note)),
    purgePreviousSecrets: (now, limit) => database.write(forgetPrevious, { now, limit }),
  };
}

function* rotate(
  id: string,
  { secretHash, sealedSecret, previousExpiresAt, modifiedBy, now }: SecretRotation,
  inspect: (client: ClientRecord) => void,
  note: Note<ClientRecord> | undefined,
): Unit<ClientRecord | 'missing'> {
  const before = yield* first(lockClient, { id });
  if (before === undefined) return 'missing';
  inspect(clientOf(before));
  const overlaps = previousExpiresAt !== null;
  if (!overlaps) yield* endAccess(id, now);
  const after = yield* first(replaceSecret, {
    id,
    secret_hash: secretHash,
    sealed_secret: sealedSecret,
    previous_secret_hash: overlaps ? before.secret_hash : null,
    previous_sealed_secret: overlaps ? before.sealed_secret : null,
    previous_secret_expires_at: previousExpiresAt,
    modified_by: modifiedBy,
    updated_at: now,
  });
  if (after === undefined) return 'missing';
  const client = clientOf(after);
  yield* noteDown(note, client);
  return client;
}
