import type { ClientRecord, ClientSecretStore, Note, SecretRotation } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { endAccess } from './end-access.sql.js';
import { lockClient } from './lock-client.sql.js';
import { defineStatement } from './statement.js';
import { clientsTable } from './tables/clients.table.js';
import { first, type Unit } from './unit.js';

const secrets = clientsTable.pick('secretHash', 'sealedSecret', 'previousSecret', 'modifiedBy', 'updatedAt');

const replaceSecret = defineStatement((db, p: TableRow<typeof secrets> & { id: string }) =>
  db.updateTable('clients').set(secrets.values(p)).where('id', '=', p.id).returning(clientsTable.selection),
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
    // Checked again when the row is locked: on PostgreSQL a rotation can change it after the search.
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
  const before = yield* lockClient(id);
  if (before === undefined) return 'missing';
  inspect(before);
  if (previousExpiresAt === null) yield* endAccess(id, now);
  const after = {
    secretHash,
    sealedSecret,
    previousSecret: previousOf(before, previousExpiresAt),
    modifiedBy,
    updatedAt: now,
  };
  const row = yield* first(replaceSecret, { id, ...secrets.rowOf(after) });
  if (row === undefined) return 'missing';
  const client = clientsTable.recordOf(row);
  yield* noteDown(note, client);
  return client;
}

/** A public client has no secret that could stay valid. */
function previousOf(
  { secretHash: hash, sealedSecret: sealed }: ClientRecord,
  expiresAt: number | null,
): ClientRecord['previousSecret'] {
  return hash === null || expiresAt === null ? null : { hash, sealed, expiresAt };
}
