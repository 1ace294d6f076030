import type { ClientLogoStore } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { idList } from './id-list.js';
import { defineStatement } from './statement.js';
import { clientLogosTable } from './tables/client-logos.table.js';
import { execute, type Unit } from './unit.js';

/** The size of a page of the list of apps. */
const ids = idList(50);

const findLogo = defineStatement((db, p: { id: string }) =>
  db.selectFrom('client_logos').select('data_uri').where('client_id', '=', p.id),
);

const findLogos = defineStatement((db, p: Readonly<Record<string, string>>) =>
  db.selectFrom('client_logos').selectAll().where('client_id', 'in', ids.in(p)),
);

const putLogo = defineStatement((db, p: TableRow<typeof clientLogosTable>) =>
  db
    .insertInto('client_logos')
    .values(clientLogosTable.values(p))
    .onConflict((conflict) => conflict.column('client_id').doUpdateSet({ data_uri: p.data_uri })),
);

const deleteLogo = defineStatement((db, p: { client_id: string }) =>
  db.deleteFrom('client_logos').where('client_id', '=', p.client_id),
);

/** Logos in SQL. */
export function sqlClientLogos(database: Database): ClientLogoStore {
  return {
    async find(clientId) {
      return (await database.readFirst(findLogo, { id: clientId }))?.data_uri;
    },
    async findAll(clientIds) {
      const logos = new Map<string, string>();
      for (let start = 0; start < clientIds.length; start += ids.length) {
        const rows = await database.readAll(
          findLogos,
          ids.params(clientIds.slice(start, start + ids.length)),
        );
        for (const row of rows) logos.set(row.client_id, row.data_uri);
      }
      return logos;
    },
  };
}

/**
 * Replaces the logo of a client, as part of the unit that writes the client.
 *
 * @param logo null removes it, undefined leaves it as it is
 */
export function* setLogo(clientId: string, logo: string | null | undefined): Unit<void> {
  if (logo === null) yield* execute(deleteLogo, { client_id: clientId });
  else if (logo !== undefined) yield* execute(putLogo, clientLogosTable.rowOf({ clientId, dataUri: logo }));
}
