import type { Store } from './ports/index.js';
import { PostgresDatabase } from './postgres/postgres-database.js';
import type { Database } from './sql/database.js';
import { migrate } from './sql/migrate.js';
import { migrations } from './sql/migrations/index.js';
import { sqlStore } from './sql/store.js';
import { SqliteDatabase } from './sqlite/sqlite-database.js';

export interface OpenStoreOptions {
  /** The most connections to PostgreSQL that are open at once; 10 by default. SQLite does not use it. */
  readonly poolSize?: number;
}

/**
 * Opens the database and migrates its schema. Several processes can do so at once.
 *
 * @param url `sqlite:./data/grantor.db` (the folder is created) or `postgres://user:password@host/database`
 * @throws Error if the URL is invalid, the database cannot be reached, or its schema is newer than this code
 */
export async function openStore(url: string, options: OpenStoreOptions = {}): Promise<Store> {
  const database = openDatabase(url, options);
  try {
    await migrate(database, migrations);
  } catch (error) {
    await database.close();
    throw error;
  }
  return sqlStore(database);
}

/** Whether processes on several machines can share the database: PostgreSQL. */
export function sharesDatabase(url: string): boolean {
  return !/^sqlite:/i.test(url);
}

/** Opens the database without a check of its schema. */
export function openDatabase(url: string, options: OpenStoreOptions = {}): Database {
  // No message contains the URL, which can have a password.
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'sqlite':
      return new SqliteDatabase(sqlitePath(url.slice('sqlite:'.length)));
    case 'postgres':
    case 'postgresql':
      return new PostgresDatabase(url, options.poolSize ?? 10);
    case undefined:
      throw new Error('The database URL must begin with sqlite: or postgres://');
    default:
      throw new Error(`The database URL must begin with sqlite: or postgres://, not with ${scheme}:`);
  }
}

function sqlitePath(path: string): string {
  // Each connection would have a database of its own.
  if (path === ':memory:')
    throw new Error('SQLite in memory is not supported: name a file, as in sqlite:./data/grantor.db');
  if (path === '') throw new Error('The database URL names no file: write it as sqlite:./data/grantor.db');
  // In other URLs a host follows two slashes, and SQLite has none.
  if (/^\/\/(?!\/)/.test(path)) {
    throw new Error('A SQLite URL has no host: write sqlite:./relative/path.db or sqlite:/absolute/path.db');
  }
  return path;
}
