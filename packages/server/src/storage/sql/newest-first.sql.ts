import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Page, PageCursor, PageRequest } from '../ports/index.js';
import type { Database } from './database.js';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';

/**
 * The four statements of a list in pages, newest first: from the start or after an item, of all rows or of one owner.
 * Each reads an index from one place on, and only the rows that it returns.
 *
 * @param table has `created_at` and `id`, and an index on them
 * @param owner the column with the owner of a row; it has an index that continues with those two
 */
export function defineNewestFirst<Row, Item extends PageCursor>(
  table: {
    readonly name: keyof Schema;
    readonly selection: readonly string[];
    readonly recordOf: (row: Row) => Item;
  },
  owner: keyof Row & string,
) {
  const selection = sql.join(table.selection.map((column) => sql.ref(column)));
  const page = (db: Kysely<Schema>, where: RawBuilder<unknown>, limit: number) => ({
    compile: () =>
      sql<Row>`select ${selection} from ${sql.table(table.name)} ${where} order by created_at desc, id desc limit ${limit}`.compile(
        db,
      ),
  });
  const ofOwner = (value: string) => sql`${sql.ref(owner)} = ${value}`;
  const isAfter = (createdAt: number, id: string) => sql`(created_at, id) < (${createdAt}, ${id})`;
  const statements = {
    all: defineStatement((db, p: { limit: number }) => page(db, sql``, p.limit)),
    allAfter: defineStatement((db, p: { createdAt: number; id: string; limit: number }) =>
      page(db, sql`where ${isAfter(p.createdAt, p.id)}`, p.limit),
    ),
    owned: defineStatement((db, p: { owner: string; limit: number }) =>
      page(db, sql`where ${ofOwner(p.owner)}`, p.limit),
    ),
    ownedAfter: defineStatement((db, p: { owner: string; createdAt: number; id: string; limit: number }) =>
      page(db, sql`where ${ofOwner(p.owner)} and ${isAfter(p.createdAt, p.id)}`, p.limit),
    ),
  };

  function read(database: Database, limit: number, { after }: PageRequest, of: string | undefined) {
    if (of === undefined) {
      return after === null
        ? database.readAll(statements.all, { limit })
        : database.readAll(statements.allAfter, { limit, ...after });
    }
    return after === null
      ? database.readAll(statements.owned, { limit, owner: of })
      : database.readAll(statements.ownedAfter, { limit, owner: of, ...after });
  }

  return {
    statements,
    /** @param of the owner of the rows; undefined for all rows */
    async page(database: Database, request: PageRequest, of: string | undefined): Promise<Page<Item>> {
      const { limit } = request;
      // One row more than requested shows whether there is a next page.
      const rows = await read(database, limit + 1, request, of);
      const items = rows.slice(0, limit).map(table.recordOf);
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return { items, next: more ? { createdAt: last.createdAt, id: last.id } : null };
    },
  };
}
