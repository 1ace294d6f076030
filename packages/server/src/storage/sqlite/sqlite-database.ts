import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SqlValue } from '../sql/codec/field.js';
import type { Database } from '../sql/database.js';
import { createCompiler, type Statement } from '../sql/statement.js';
import { execute, first, type Step, type Unit } from '../sql/unit.js';
import { Connection } from './connection.js';
import { explained } from './errors.js';
import { GroupCommit } from './group-commit.js';

/**
 * SQLite in a local file. One connection writes and another one reads, so that only rows that are on disk are read.
 */
export class SqliteDatabase implements Database {
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #commits: GroupCommit;
  #closing: Promise<void> | undefined;

  /**
   * @param path the file. It is created with its folder, readable by its owner only
   * @throws StorageUnavailable where another process keeps the file locked
   */
  constructor(path: string) {
    createPrivateFile(path);
    const compile = createCompiler('sqlite');
    try {
      this.#writer = new Connection(path, 'readWrite', compile);
      this.#writer.pragma('journal_mode = WAL');
      // With WAL, only FULL waits for the disk at each commit, so that committed writes survive a power failure.
      this.#writer.pragma('synchronous = FULL');
      this.#writer.pragma('foreign_keys = ON');
      this.#reader = new Connection(path, 'readOnly', compile);
      for (const connection of [this.#writer, this.#reader]) connection.failWhenLocked();
    } catch (error) {
      throw explained(error);
    }
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

  // Each unit has the write lock from its start, and a file has one write lock.
  exclusiveUnit<T>(work: () => Unit<T>): Promise<T> {
    return this.unit(work);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** The value of a pragma on the connection that writes. */
  pragma(name: 'journal_mode' | 'synchronous' | 'foreign_keys' | 'busy_timeout'): SqlValue {
    return this.#writer.pragma(name) as SqlValue;
  }

  #read(step: Step): unknown {
    this.#refuseWhenClosed();
    try {
      return this.#reader.perform(step);
    } catch (error) {
      // With WAL a read waits only for the recovery after another process has crashed.
      throw explained(error);
    }
  }

  async #end(): Promise<void> {
    await this.#commits.drain();
    this.#reader.close();
    this.#writer.close();
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== undefined) throw new Error('Storage is closed');
  }
}

/** SQLite gives the files beside the database the same mode. */
function createPrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}
