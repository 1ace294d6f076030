import { Pool, type PoolClient } from 'pg';
import { delay } from '../../timers/timers.js';
import { StorageUnavailable } from '../ports/index.js';
import type { Database } from '../sql/database.js';
import {
  type AnyStatement,
  type CompiledStatement,
  createCompiler,
  type Statement,
} from '../sql/statement.js';
import { execute, first, type Step, type Unit } from '../sql/unit.js';
import { connectionSettings } from './connection-settings.js';
import { canBeRunAgain, explained, unavailable } from './errors.js';

/** How often a unit is run before its conflict with other units is thrown. */
const MOST_ATTEMPTS = 8;
const PAUSE_MILLISECONDS = 5;

/** The most requests that wait for a connection at once. More are refused without waiting. */
const MOST_WAITING = 1000;

/** The lock of exclusive units. Its number is made from "grantor". */
const EXCLUSIVE_LOCK = "SELECT pg_advisory_xact_lock(hashtext('grantor'), 1)";

/** PostgreSQL over a pool of connections. */
export class PostgresDatabase implements Database {
  readonly #pool: Pool;
  readonly #compile: (statement: AnyStatement) => CompiledStatement = createCompiler('postgres');
  readonly #inFlight = new Set<Promise<unknown>>();
  #closed = false;

  /**
   * @param url `postgres://…`
   * @param poolSize the most connections that are open at once
   */
  constructor(url: string, poolSize: number) {
    this.#pool = new Pool({ ...connectionSettings(url), max: poolSize });
    // The pool replaces an idle connection that breaks. Without a listener, the process would end.
    this.#pool.on('error', () => {});
    // If a connection breaks while it is used, its statement fails.
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  async readFirst<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return (await this.#read({ kind: 'first', statement, params: params as Step['params'] })) as
      | Row
      | undefined;
  }

  async readAll<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<readonly Row[]> {
    return (await this.#read({ kind: 'all', statement, params: params as Step['params'] })) as readonly Row[];
  }

  // A single statement is a transaction: it needs no BEGIN and no COMMIT.
  write<P extends object>(statement: Statement<P, unknown>, params: P): Promise<number> {
    return this.#run((client) => committing(this.#performAll(client, execute(statement, params))));
  }

  writeReturning<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return this.#run((client) => committing(this.#performAll(client, first(statement, params))));
  }

  unit<T>(work: () => Unit<T>): Promise<T> {
    return this.#run(async (client) => {
      await client.query('BEGIN');
      const result = await this.#performAll(client, work());
      await committing(client.query('COMMIT'));
      return result;
    });
  }

  exclusiveUnit<T>(work: () => Unit<T>, wait: 'bounded' | 'unbounded' = 'bounded'): Promise<T> {
    return this.#run(async (client) => {
      await client.query('BEGIN');
      if (wait === 'unbounded') {
        await client.query('SET LOCAL statement_timeout = 0');
        await client.query('SET LOCAL lock_timeout = 0');
      }
      await client.query(EXCLUSIVE_LOCK);
      const result = await this.#performAll(client, work());
      await committing(client.query('COMMIT'));
      return result;
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // A pool that ends drops the calls that wait for a connection.
    await Promise.allSettled(this.#inFlight);
    await this.#pool.end();
  }

  #read(step: Step): Promise<unknown> {
    // PostgreSQL stores no text with NUL, so no row matches one.
    const impossible = Object.values(step.params).some((v) => typeof v === 'string' && v.includes('\0'));
    if (impossible) return Promise.resolve(step.kind === 'all' ? [] : undefined);
    return this.#run((client) => this.#perform(client, step));
  }

  async #run<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('Storage is closed');
    const running = this.#untilDone(work);
    this.#inFlight.add(running);
    try {
      return await running;
    } finally {
      this.#inFlight.delete(running);
    }
  }

  /** Runs the work on one connection, and again from the start after a conflict. */
  async #untilDone<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || !canBeRunAgain(error)) throw explained(error);
        await delay(attempt * PAUSE_MILLISECONDS);
      }
    }
  }

  async #once<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      const isFit = await rolledBack(client);
      client.release(!isFit);
      const cause = error instanceof CommitFailed ? error.cause : error;
      throw isFit ? cause : unavailable(cause, error instanceof CommitFailed);
    }
  }

  async #connect(): Promise<PoolClient> {
    if (this.#pool.waitingCount >= MOST_WAITING) {
      throw new StorageUnavailable(`${MOST_WAITING} requests wait for a connection to PostgreSQL`);
    }
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw unavailable(error);
    }
  }

  async #performAll<T>(client: PoolClient, unit: Unit<T>): Promise<T> {
    let step = unit.next();
    while (!step.done) step = unit.next(await this.#perform(client, step.value));
    return step.value;
  }

  async #perform(client: PoolClient, { kind, statement, params }: Step): Promise<unknown> {
    const { name, sql, bind } = this.#compile(statement);
    const { rows, rowCount } = await client.query({ name, text: sql, values: bind(params) });
    if (kind === 'first') return rows[0];
    if (kind === 'all') return rows;
    return rowCount ?? 0;
  }
}

/** If the connection is lost during a commit, it is unknown whether the writes were committed. */
class CommitFailed extends Error {}

async function committing<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (cause) {
    throw new CommitFailed('The statement that commits failed', { cause });
  }
}

/** @returns whether the connection can be used again */
async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}
