import { type RawBuilder, sql } from 'kysely';
import type { SqlValue } from './codec/field.js';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

/** How many rows one statement writes: over a network, the round trip costs more than the rows. */
const ROWS_PER_STATEMENT = 20;

type Params = Readonly<Record<string, SqlValue>>;

/**
 * Defines an insert of any number of rows.
 *
 * @param conflict a clause for rows that exist, such as `on conflict do nothing`
 */
export function defineInsertMany<Column extends string>(
  { name, columnNames }: { readonly name: keyof Schema; readonly columnNames: readonly Column[] },
  conflict: RawBuilder<unknown> = sql``,
) {
  const columns = sql.join(columnNames.map((column) => sql.ref(column)));
  const rowAt = (p: Params, place: number) =>
    sql`(${sql.join(columnNames.map((column) => sql`${p[`${column}${place}`]}`))})`;
  const insertOf = (count: number) =>
    defineStatement((db, p: Params) => ({
      compile: () => {
        const rows = sql.join(Array.from({ length: count }, (_, place) => rowAt(p, place)));
        return sql`insert into ${sql.table(name)} (${columns}) values ${rows} ${conflict}`.compile(db);
      },
    }));
  const [insertSome, insertOne] = [insertOf(ROWS_PER_STATEMENT), insertOf(1)];
  const placed = (row: Readonly<Record<Column, SqlValue>>, place: number) =>
    columnNames.map((column) => [`${column}${place}`, row[column]] as const);

  /** @returns how many rows were written */
  return function* insertMany(rows: readonly Readonly<Record<Column, SqlValue>>[]): Unit<number> {
    let [start, written] = [0, 0];
    for (; rows.length - start >= ROWS_PER_STATEMENT; start += ROWS_PER_STATEMENT) {
      const some = rows.slice(start, start + ROWS_PER_STATEMENT);
      written += yield* execute(insertSome, Object.fromEntries(some.flatMap(placed)));
    }
    for (const row of rows.slice(start)) {
      written += yield* execute(insertOne, Object.fromEntries(placed(row, 0)));
    }
    return written;
  };
}
