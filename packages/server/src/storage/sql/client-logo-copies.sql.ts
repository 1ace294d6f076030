import type { ClientLogoCopyStore, LogoCopyTimes } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { clientLogoCopiesTable } from './tables/client-logos.table.js';

interface Address {
  readonly client_id: string;
  readonly logo_uri: string;
}

const described = clientLogoCopiesTable.pick('logoUri', 'askedAt', 'version');

const findCopy = defineStatement((db, p: { id: string }) =>
  db.selectFrom('client_logo_copies').select(described.selection).where('client_id', '=', p.id),
);

const findData = defineStatement((db, p: Address) =>
  db
    .selectFrom('client_logo_copies')
    .select('data_uri')
    .where('client_id', '=', p.client_id)
    .where('logo_uri', '=', p.logo_uri),
);

type Claim = TableRow<typeof clientLogoCopiesTable> & Omit<LogoCopyTimes, 'now'>;

const claimCopy = defineStatement((db, p: Claim) =>
  db
    .insertInto('client_logo_copies')
    .values(clientLogoCopiesTable.values(p))
    .onConflict((conflict) =>
      conflict
        .column('client_id')
        .doUpdateSet(clientLogoCopiesTable.omit('clientId').values(p))
        .where((eb) =>
          eb.or([
            eb.and([
              eb('client_logo_copies.logo_uri', '<>', p.logo_uri),
              eb('client_logo_copies.asked_at', '<=', p.changedBefore),
            ]),
            eb.and([
              eb('client_logo_copies.version', 'is', null),
              eb('client_logo_copies.asked_at', '<=', p.failedBefore),
            ]),
          ]),
        ),
    ),
);

const content = clientLogoCopiesTable.pick('version', 'dataUri');

const keepCopy = defineStatement((db, p: Address & TableRow<typeof content>) =>
  db
    .updateTable('client_logo_copies')
    .set(content.values(p))
    .where('client_id', '=', p.client_id)
    .where('logo_uri', '=', p.logo_uri),
);

/** The server's own copies of logos in SQL. */
export function sqlClientLogoCopies(database: Database): ClientLogoCopyStore {
  return {
    async find(clientId) {
      const row = await database.readFirst(findCopy, { id: clientId });
      return row && described.recordOf(row);
    },
    async findData(clientId, logoUri) {
      const row = await database.readFirst(findData, { client_id: clientId, logo_uri: logoUri });
      return row?.data_uri ?? undefined;
    },
    async claim(clientId, logoUri, { now, changedBefore, failedBefore }) {
      const copy = { clientId, logoUri, askedAt: now, version: null, dataUri: null };
      const row = clientLogoCopiesTable.rowOf(copy);
      return (await database.write(claimCopy, { ...row, changedBefore, failedBefore })) > 0;
    },
    async keep(clientId, logoUri, copy) {
      await database.write(keepCopy, {
        client_id: clientId,
        logo_uri: logoUri,
        ...content.rowOf(copy),
      });
    },
  };
}
