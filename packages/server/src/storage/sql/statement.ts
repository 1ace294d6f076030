import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { Schema } from './schema.js';

/** What a column can hold and a parameter can carry. */
export type SqlValue = string | number | null;

/** A statement, written once for both databases. It says what it takes and what its rows look like. */
export interface Statement<Params, Row> {
  readonly build: (db: Kysely<Schema>, p: Params) => Compilable<Row>;
}

/** Any statement, for code that passes statements on without looking inside. */
export type AnyStatement = Statement<never, unknown>;

/** A statement in one database's words. */
export interface CompiledStatement {
  /** Its name as a prepared statement, unique within the compiler that made it. */
  readonly name: string;
  readonly sql: string;
  /** Puts the parameters into the order in which the text asks for them. */
  readonly bind: (params: Readonly<Record<string, SqlValue>>) => SqlValue[];
}

export type Dialect = 'sqlite' | 'postgres';

/**
 * Defines a statement. Nothing is built here: each store compiles it at its first use and keeps the text,
 * so that no request pays for query building.
 *
 * @param build takes the query builder and the parameters. What it is given for a parameter is a placeholder
 *   of that parameter's type: it can be put where a value goes, and must not be looked at
 */
export function defineStatement<Params, Row>(
  build: (db: Kysely<Schema>, p: Params) => Compilable<Row>,
): Statement<Params, Row> {
  return { build };
}

/** A statement in plain SQL, without parameters, that both databases understand. */
export function plainStatement(text: string): Statement<object, unknown> {
  return { build: (db) => ({ compile: () => sql.raw(text).compile(db) }) };
}

/** Stands in a query where a parameter's value will go. Kysely takes it for the value. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Has a placeholder under every name, which is all that `build` may expect of its parameters. */
const placeholders: object = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) });

/** Makes the function that turns statements into a database's own words, each of them once. */
export function createCompiler(dialect: Dialect): (statement: AnyStatement) => CompiledStatement {
  const db = builderFor(dialect);
  const compiled = new WeakMap<AnyStatement, CompiledStatement>();
  let count = 0;

  return (statement) => {
    const known = compiled.get(statement);
    if (known !== undefined) return known;
    const query = statement.build(db, placeholders as never).compile();
    count += 1;
    const fresh = { name: `grantor_${count}`, sql: query.sql, bind: binderFor(query.parameters) };
    compiled.set(statement, fresh);
    return fresh;
  };
}

function binderFor(parameters: readonly unknown[]): CompiledStatement['bind'] {
  return (params) =>
    parameters.map((parameter) => {
      if (!(parameter instanceof Placeholder)) return parameter as SqlValue;
      const value = params[parameter.name];
      if (value === undefined) throw new TypeError(`The statement needs a value for ${parameter.name}`);
      return value;
    });
}

/** A query builder that can compile and cannot execute. */
function builderFor(dialect: Dialect): Kysely<Schema> {
  if (dialect === 'sqlite') {
    return new Kysely<Schema>({
      dialect: {
        createAdapter: () => new SqliteAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new SqliteIntrospector(db),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    });
  }
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}
