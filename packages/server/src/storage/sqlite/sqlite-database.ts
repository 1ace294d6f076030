import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { OwnerGone } from '../ports/index.js';
import type { Database } from '../sql/database.js';
import { createCompiler, type SqlValue, type Statement } from '../sql/statement.js';
import { execute, first, type Step, type Unit } from '../sql/unit.js';
import { Connection } from './connection.js';
import { GroupCommit } from './group-commit.js';

/**
 * SQLite in a file of this machine. One connection writes and another reads, so that nothing is read
 * before it is on disk.
 */
export class SqliteDatabase implements Database {
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #commits: GroupCommit;
  #closed = false;

  /** @param path the file; made, with its folder, for the owner's eyes only when it is not there */
  constructor(path: string) {
    createPrivateFile(path);
    const compile = createCompiler('sqlite');
    this.#writer = new Connection(path, 'readWrite', compile);
    this.#writer.pragma('journal_mode = WAL');
    // With WAL only FULL waits for the disk at every commit: what was answered survives a power cut.
    this.#writer.pragma('synchronous = FULL');
    this.#writer.pragma('foreign_keys = ON');
    this.#reader = new Connection(path, 'readOnly', compile);
    this.#commits = new GroupCommit(this.#writer);
  }

  async readFirst<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return this.#read({ kind: 'first', statement, params: params as Step['params'] }) as Row | undefined;
  }

  async readAll<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<readonly Row[]> {
    return this.#read({ kind: 'all', statement, params: params as Step['params'] }) as readonly Row[];
  }

  write<P extends object>(statement: Statement<P, unknown>, params: P): Promise<number> {
    return this.unit(() => execute(statement, params));
  }

  writeReturning<P extends object, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return this.unit(() => first(statement, params));
  }

  async unit<T>(work: () => Unit<T>): Promise<T> {
    this.#refuseWhenClosed();
    try {
      return await this.#commits.submit(work);
    } catch (error) {
      throw explained(error);
    }
  }

  // Every unit has the write lock from its beginning, and there is one such lock per file.
  exclusiveUnit<T>(work: () => Unit<T>): Promise<T> {
    return this.unit(work);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#commits.drain();
    this.#reader.close();
    this.#writer.close();
  }

  /** How a pragma stands on the connection that writes, for checks of the set-up. */
  pragma(name: 'journal_mode' | 'synchronous' | 'foreign_keys' | 'busy_timeout'): SqlValue {
    return this.#writer.pragma(name) as SqlValue;
  }

  #read(step: Step): unknown {
    this.#refuseWhenClosed();
    return this.#reader.perform(step);
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new Error('Storage is closed');
  }
}

/** An error in the words of the ports, where they have one. */
function explained(error: unknown): unknown {
  const isForeignKey =
    error instanceof BetterSqlite3.SqliteError && error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY';
  return isForeignKey ? new OwnerGone(error.message, { cause: error }) : error;
}

/** SQLite gives the files beside the database the same mode. */
function createPrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}
