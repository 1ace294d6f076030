import BetterSqlite3 from 'better-sqlite3';
import type { AnyStatement, CompiledStatement } from '../sql/statement.js';
import type { Step, Unit } from '../sql/unit.js';

/**
 * How long opening waits for the lock of another process, so that two processes can start at once. It blocks the event loop,
 * which serves no request yet.
 */
const OPEN_TIMEOUT_MILLISECONDS = 5000;

type Prepared = BetterSqlite3.Statement;

/** One SQLite connection with its prepared statements. It is synchronous. */
export class Connection {
  readonly #compile: (statement: AnyStatement) => CompiledStatement;
  readonly #db: BetterSqlite3.Database;
  readonly #prepared = new WeakMap<CompiledStatement, Prepared>();

  /** @param path a file that exists */
  constructor(
    path: string,
    mode: 'readOnly' | 'readWrite',
    compile: (statement: AnyStatement) => CompiledStatement,
  ) {
    this.#compile = compile;
    this.#db = new BetterSqlite3(path, {
      fileMustExist: true,
      readonly: mode === 'readOnly',
      timeout: OPEN_TIMEOUT_MILLISECONDS,
    });
  }

  /** From now on, a statement fails at once if the file is locked: a wait in SQLite blocks the event loop. */
  failWhenLocked(): void {
    this.#db.pragma('busy_timeout = 0');
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction;
  }

  /** Runs a statement about the connection itself, such as BEGIN. */
  control(text: string): void {
    this.#db.exec(text);
  }

  pragma(text: string): unknown {
    return this.#db.pragma(text, { simple: true });
  }

  perform({ kind, statement, params }: Step): unknown {
    const compiled = this.#compile(statement);
    const prepared = this.#prepare(compiled);
    const values = compiled.bind(params);
    if (kind === 'first') return prepared.get(...values);
    if (kind === 'all') return prepared.all(...values);
    return prepared.run(...values).changes;
  }

  /** Runs a unit to its end, outside of any transaction of its own. */
  performAll<T>(unit: Unit<T>): T {
    let step = unit.next();
    while (!step.done) step = unit.next(this.perform(step.value));
    return step.value;
  }

  close(): void {
    this.#db.close();
  }

  #prepare(compiled: CompiledStatement): Prepared {
    const known = this.#prepared.get(compiled);
    if (known !== undefined) return known;
    const prepared = this.#db.prepare(compiled.sql);
    this.#prepared.set(compiled, prepared);
    return prepared;
  }
}
