import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type SelectQueryBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { SqlValue } from './codec/field.js';
import type { Schema } from './schema.js';

/** A statement for both databases, with the types of its parameters and rows. */
export interface Statement<Params, Row> {
  readonly build: Build<Params, Row>;
}

type Build<Params, Row> = (db: Kysely<Schema>, p: Params, lock: Lock) => Compilable<Row>;

/**
 * Makes a select lock its rows until the unit ends: no other unit changes, deletes or locks them meanwhile. On
 * PostgreSQL it is `FOR NO KEY UPDATE`, which lets others write rows that refer to them. On SQLite it is nothing: a
 * unit is the only writer from its `BEGIN IMMEDIATE` on.
 */
export type Lock = <DB, Tables extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Tables, Row>,
) => SelectQueryBuilder<DB, Tables, Row>;

/** Any statement, for code that does not know its types. */
export type AnyStatement = Statement<never, unknown>;

/** A statement in the SQL of one database. */
export interface CompiledStatement {
  /** Its name as a prepared statement, unique within the compiler that made it. */
  readonly name: string;
  readonly sql: string;
  /** Sorts the parameters into the order of the text. */
  readonly bind: (params: Readonly<Record<string, SqlValue>>) => SqlValue[];
}

export type Dialect = 'sqlite' | 'postgres';

/**
 * Defines a statement. Each store compiles it at its first use and keeps the text, so that no request pays for query
 * building.
 *
 * @param build takes the query builder and the parameters. Each parameter is a placeholder of its type: use it where
 *   a value goes, and do not look at it
 */
export function defineStatement<Params, Row>(build: Build<Params, Row>): Statement<Params, Row> {
  return { build };
}

/** A statement of plain SQL for both databases, without parameters. */
export function plainStatement(text: string): Statement<object, unknown> {
  return { build: (db) => ({ compile: () => sql.raw(text).compile(db) }) };
}

/** Takes the place of a parameter's value while Kysely builds the query. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** The parameters that `build` gets: a placeholder for every name. */
const placeholders: object = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) });

/** Creates the function that compiles each statement once for a database. */
export function createCompiler(dialect: Dialect): (statement: AnyStatement) => CompiledStatement {
  const db = builderFor(dialect);
  const lock: Lock = (query) => (dialect === 'sqlite' ? query : query.forNoKeyUpdate());
  const compiled = new WeakMap<AnyStatement, CompiledStatement>();
  let count = 0;

  return (statement) => {
    const known = compiled.get(statement);
    if (known !== undefined) return known;
    const query = statement.build(db, placeholders as never, lock).compile();
    count += 1;
    const fresh = { name: `grantor_${count}`, sql: query.sql, bind: binderFor(query.parameters) };
    compiled.set(statement, fresh);
    return fresh;
  };
}

function binderFor(parameters: readonly unknown[]): CompiledStatement['bind'] {
  const names = parameters.map((parameter) =>
    parameter instanceof Placeholder ? parameter.name : undefined,
  );
  return (params) => {
    const values = parameters.slice() as SqlValue[];
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index];
      if (name === undefined) continue;
      const value = params[name];
      if (value === undefined) throw new TypeError(`The statement needs a value for ${name}`);
      values[index] = value;
    }
    return values;
  };
}

/** A query builder that compiles only. */
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
