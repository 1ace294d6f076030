import type { ClientLogoStore } from '../ports/index.js';
import type { Database } from './database.js';
import { idList } from './id-list.js';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

/** As many as a page has. */
const ids = idList(50);

const findLogo = defineStatement((db, p: { id: string }) =>
  db.selectFrom('client_logos').select('data_uri').where('client_id', '=', p.id),
);

const findLogos = defineStatement((db, p: Readonly<Record<string, string>>) =>
  db.selectFrom('client_logos').selectAll().where('client_id', 'in', ids.in(p)),
);

const putLogo = defineStatement((db, p: { client_id: string; data_uri: string }) =>
  db
    .insertInto('client_logos')
    .values({ client_id: p.client_id, data_uri: p.data_uri })
    .onConflict((conflict) => conflict.column('client_id').doUpdateSet({ data_uri: p.data_uri })),
);

const deleteLogo = defineStatement((db, p: { client_id: string }) =>
  db.deleteFrom('client_logos').where('client_id', '=', p.client_id),
);

/** The pictures of apps in SQL. */
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
 * Keeps a logo in the place of the one before, as part of the unit that writes its client.
 *
 * @param logo null for none, undefined to leave what there is
 */
export function* setLogo(clientId: string, logo: string | null | undefined): Unit<void> {
  if (logo === null) yield* execute(deleteLogo, { client_id: clientId });
  else if (logo !== undefined) yield* execute(putLogo, { client_id: clientId, data_uri: logo });
}
