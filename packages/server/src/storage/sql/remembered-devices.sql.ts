import type { Note, RememberedDeviceRecord, RememberedDeviceStore } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { lockAccount } from './lock-account.sql.js';
import { defineStatement } from './statement.js';
import { rememberedDevicesTable } from './tables/factors.table.js';
import { all, execute, type Unit } from './unit.js';

const insertDevice = defineStatement((db, p: TableRow<typeof rememberedDevicesTable>) =>
  db.insertInto('remembered_devices').values(rememberedDevicesTable.values(p)),
);

const findDevice = defineStatement((db, p: { account_id: string; token_hash: string; now: number }) =>
  db
    .selectFrom('remembered_devices')
    .select('id')
    .where('token_hash', '=', p.token_hash)
    .where('account_id', '=', p.account_id)
    .where('expires_at', '>', p.now),
);

const devicesOf = defineStatement((db, p: { account_id: string; now: number }) =>
  db
    .selectFrom('remembered_devices')
    .selectAll()
    .where('account_id', '=', p.account_id)
    .where('expires_at', '>', p.now)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc'),
);

const deleteDevice = defineStatement((db, p: { account_id: string; id: string }) =>
  db.deleteFrom('remembered_devices').where('account_id', '=', p.account_id).where('id', '=', p.id),
);

const deleteAllOf = defineStatement((db, p: { account_id: string }) =>
  db.deleteFrom('remembered_devices').where('account_id', '=', p.account_id),
);

const deleteExpired = defineStatement((db, p: { now: number; limit: number }) =>
  db
    .deleteFrom('remembered_devices')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('remembered_devices')
        .select('id')
        .where('expires_at', '<=', p.now)
        .orderBy('expires_at')
        .limit(p.limit),
    ),
);

/** Remembered devices in SQL. */
export function sqlRememberedDevices(database: Database): RememberedDeviceStore {
  return {
    add: (device, mostPerAccount, note) => database.unit(() => add(device, mostPerAccount, note)),
    async isRemembered(accountId, tokenHashes, now) {
      for (const hash of tokenHashes) {
        const found = await database.readFirst(findDevice, { account_id: accountId, token_hash: hash, now });
        if (found !== undefined) return true;
      }
      return false;
    },
    async listOf(accountId, now) {
      const rows = await database.readAll(devicesOf, { account_id: accountId, now });
      return rows.map(rememberedDevicesTable.recordOf);
    },
    remove: (accountId, id, note) => database.unit(() => remove(accountId, id, note)),
    purge: (now, limit) => database.write(deleteExpired, { now, limit }),
  };
}

/** Forgets all devices of an account, as part of another change. @returns how many */
export function* forgetDevicesOf(accountId: string): Unit<number> {
  return yield* execute(deleteAllOf, { account_id: accountId });
}

function* add(
  device: RememberedDeviceRecord,
  mostPerAccount: number,
  note: Note<RememberedDeviceRecord> | undefined,
): Unit<void> {
  const { accountId } = device;
  if ((yield* lockAccount(accountId)) === undefined) return;
  // Those that have expired count too, until the purge deletes them.
  const known = yield* all(devicesOf, { account_id: accountId, now: 0 });
  for (const { id } of known.slice(mostPerAccount - 1))
    yield* execute(deleteDevice, { account_id: accountId, id });
  yield* execute(insertDevice, rememberedDevicesTable.rowOf(device));
  yield* noteDown(note, device);
}

function* remove(accountId: string, id: string | undefined, note: Note<number> | undefined): Unit<number> {
  const removed =
    id === undefined
      ? yield* forgetDevicesOf(accountId)
      : yield* execute(deleteDevice, { account_id: accountId, id });
  if (removed > 0) yield* noteDown(note, removed);
  return removed;
}
