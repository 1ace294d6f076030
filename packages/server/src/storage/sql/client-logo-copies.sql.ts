import type { ClientLogoCopyStore, LogoCopyTimes } from '../ports/index.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';

interface Address {
  readonly client_id: string;
  readonly logo_uri: string;
}

const findCopy = defineStatement((db, p: { id: string }) =>
  db
    .selectFrom('client_logo_copies')
    .select(['logo_uri', 'asked_at', 'version'])
    .where('client_id', '=', p.id),
);

const findData = defineStatement((db, p: Address) =>
  db
    .selectFrom('client_logo_copies')
    .select('data_uri')
    .where('client_id', '=', p.client_id)
    .where('logo_uri', '=', p.logo_uri),
);

const claimCopy = defineStatement((db, p: Address & LogoCopyTimes) =>
  db
    .insertInto('client_logo_copies')
    .values({ client_id: p.client_id, logo_uri: p.logo_uri, asked_at: p.now, version: null, data_uri: null })
    .onConflict((conflict) =>
      conflict
        .column('client_id')
        .doUpdateSet({ logo_uri: p.logo_uri, asked_at: p.now, version: null, data_uri: null })
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

const keepCopy = defineStatement((db, p: Address & { version: string; data_uri: string }) =>
  db
    .updateTable('client_logo_copies')
    .set({ version: p.version, data_uri: p.data_uri })
    .where('client_id', '=', p.client_id)
    .where('logo_uri', '=', p.logo_uri),
);

/** The server's own copies of logos in SQL. */
export function sqlClientLogoCopies(database: Database): ClientLogoCopyStore {
  return {
    async find(clientId) {
      const row = await database.readFirst(findCopy, { id: clientId });
      return row && { logoUri: row.logo_uri, askedAt: row.asked_at, version: row.version };
    },
    async findData(clientId, logoUri) {
      const row = await database.readFirst(findData, { client_id: clientId, logo_uri: logoUri });
      return row?.data_uri ?? undefined;
    },
    async claim(clientId, logoUri, { now, changedBefore, failedBefore }) {
      const address = { client_id: clientId, logo_uri: logoUri };
      return (await database.write(claimCopy, { ...address, now, changedBefore, failedBefore })) > 0;
    },
    async keep(clientId, logoUri, { version, dataUri }) {
      await database.write(keepCopy, {
        client_id: clientId,
        logo_uri: logoUri,
        version,
        data_uri: dataUri,
      });
    },
  };
}
