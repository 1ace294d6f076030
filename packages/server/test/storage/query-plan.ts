import type { SqlValue } from '../../src/storage/sql/codec/field.js';
import type { Database } from '../../src/storage/sql/database.js';
import {
  type AnyStatement,
  createCompiler,
  type Dialect,
  plainStatement,
} from '../../src/storage/sql/statement.js';

/** The beginning of a statement that has the whole numbers from one to another as `numbers (n)`. */
export function withNumbers(dialect: Dialect, from: number, to: number): string {
  return dialect === 'sqlite'
    ? `WITH RECURSIVE numbers (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${to})`
    : `WITH numbers AS (SELECT generate_series(${from}, ${to}) AS n)`;
}

/**
 * The plan of a database for a statement. The values are in the text, so that it plans for these values.
 */
export async function planOf(
  database: Database,
  dialect: Dialect,
  statement: AnyStatement,
  values: Readonly<Record<string, SqlValue>>,
): Promise<string> {
  const { sql, bind } = createCompiler(dialect)(statement);
  const bound = bind(values);
  let next = 0;
  const text = sql.replaceAll(/\?|\$(\d+)/g, (_, number?: string) => {
    const value = bound[number === undefined ? next++ : Number(number) - 1];
    return typeof value === 'number' ? String(value) : `'${value}'`;
  });
  const explain = dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
  return JSON.stringify(await database.readAll(plainStatement(`${explain} ${text}`), {}));
}
