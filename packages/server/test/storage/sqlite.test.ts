import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/storage/open-store.js';
import { StorageUnavailable } from '../../src/storage/ports/index.js';
import { migrate } from '../../src/storage/sql/migrate.js';
import { migrations } from '../../src/storage/sql/migrations/index.js';
import { createCompiler, defineStatement, plainStatement } from '../../src/storage/sql/statement.js';
import { all, execute } from '../../src/storage/sql/unit.js';
import { Connection } from '../../src/storage/sqlite/connection.js';
import { GroupCommit } from '../../src/storage/sqlite/group-commit.js';
import { SqliteDatabase } from '../../src/storage/sqlite/sqlite-database.js';
import { NOW } from './fixtures.js';
import { startProcess } from './other-process.js';
import { storeContract } from './store.contract.js';

const folder = mkdtempSync(join(tmpdir(), 'grantor-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function newFile(): string {
  count += 1;
  return join(folder, `${count}`, 'grantor.db');
}

async function newDatabase(): Promise<SqliteDatabase> {
  const database = new SqliteDatabase(newFile());
  await migrate(database, migrations);
  return database;
}

describe('a store on SQLite', () => {
  storeContract({ createDatabase: async () => `sqlite:${newFile()}` });
});

describe('SQLite', () => {
  const insertRow = defineStatement((db, p: { id: number; value: number }) =>
    db.insertInto('health_checks').values({ id: p.id, checked_at: p.value }),
  );
  const insertSession = defineStatement((db, p: { id: string; account_id: string }) =>
    db.insertInto('sessions').values({
      id: p.id,
      token_hash: p.id,
      account_id: p.account_id,
      auth_time: 0,
      acr: '',
      amr: '[]',
      created_at: 0,
      last_seen_at: 0,
      browser: null,
      system: null,
      address: null,
      expires_at: 0,
      ends_at: 0,
    }),
  );
  const readIds = defineStatement((db) => db.selectFrom('health_checks').select('id').orderBy('id'));

  it('is set up so that committed writes survive a power failure', async () => {
    const database = await newDatabase();
    expect(database.pragma('journal_mode')).toBe('wal');
    expect(database.pragma('synchronous')).toBe(2);
    expect(database.pragma('foreign_keys')).toBe(1);
    // A wait in SQLite blocks the process: units wait for a lock in the queue instead.
    expect(database.pragma('busy_timeout')).toBe(0);
    await database.close();
  });

  it('creates the folder and lets only the owner read the files', async () => {
    const file = newFile();
    const store = await openStore(`sqlite:${file}`);
    await store.checkHealth(NOW);
    for (const path of [file, `${file}-wal`, `${file}-shm`]) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    await store.close();
  });

  it('fails all units of a batch whose commit fails, and runs the next batch', async () => {
    const database = await newDatabase();
    // Deferring the check of foreign keys moves the failure from the statement to the commit.
    const spoiler = database.unit(function* () {
      yield* execute(plainStatement('PRAGMA defer_foreign_keys = ON'), {});
      yield* execute(insertSession, { id: 's', account_id: 'unknown' });
    });
    const neighbour = database.write(insertRow, { id: 1, value: 1 });
    await expect(spoiler).rejects.toThrow('FOREIGN KEY');
    await expect(neighbour).rejects.toThrow('FOREIGN KEY');
    expect(await database.readAll(readIds, {})).toEqual([]);

    expect(await database.write(insertRow, { id: 2, value: 1 })).toBe(1);
    expect(await database.readAll(readIds, {})).toEqual([{ id: 2 }]);
    await database.close();
  });

  it('keeps committed units and nothing else when the disk is full', async () => {
    const file = newFile();
    const database = new SqliteDatabase(file);
    await migrate(database, migrations);
    const connection = new Connection(file, 'readWrite', createCompiler('sqlite'));
    connection.pragma(`max_page_count = ${Number(connection.pragma('page_count')) + 2}`);
    const commits = new GroupCommit(connection);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 2000 }, (_, id) => commits.submit(() => execute(insertRow, { id, value: 1 }))),
    );
    const answered = outcomes.flatMap(({ status }, id) => (status === 'fulfilled' ? [{ id }] : []));
    expect(answered.length).toBeLessThan(2000);
    expect(await database.readAll(readIds, {})).toEqual(answered);
    connection.close();
    await database.close();
  });

  it('fails a whole batch with the error of the statement for which SQLite rolled it back', async () => {
    const database = await newDatabase();
    const earlier = database.write(insertRow, { id: 1, value: 1 });
    const spoiler = database.write(plainStatement('INSERT OR ROLLBACK INTO health_checks VALUES (1, 2)'), {});
    await expect(earlier).rejects.toThrow('UNIQUE');
    await expect(spoiler).rejects.toThrow('UNIQUE');
    expect(await database.readAll(readIds, {})).toEqual([]);
    await database.close();
  });

  it('waits for another process that holds the write lock, before a unit reads anything', async () => {
    const file = newFile();
    const database = new SqliteDatabase(file);
    const other = startProcess(`sqlite:${file}`);
    await other.ready();
    expect(await other.ask({ holdWriteLock: file })).toEqual(['held']);
    const seen = await database.unit(function* () {
      const rows = yield* all(readIds, {});
      yield* execute(insertRow, { id: 100, value: 1 });
      return rows;
    });
    expect(seen).toEqual([{ id: 99 }]);
    await other.stop();
    await database.close();
  });
});

describe('units that wait for another process', () => {
  const nothing = plainStatement('DELETE FROM health_checks');

  it('are refused at once if too many wait, and the others when they have waited long enough', async () => {
    const file = newFile();
    const database = new SqliteDatabase(file);
    await migrate(database, migrations);
    const other = new Connection(file, 'readWrite', createCompiler('sqlite'));
    other.control('BEGIN IMMEDIATE');
    const waiting = Array.from({ length: 4096 }, () => database.write(nothing, {}));
    const outcomes = Promise.allSettled(waiting);
    let settled = 0;
    for (const unit of waiting) void unit.catch(() => (settled += 1));
    await expect(database.write(nothing, {})).rejects.toThrow(StorageUnavailable);
    expect(settled).toBe(0);
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StorageUnavailable' } });
    }
    other.close();
    expect(await database.write(nothing, {})).toBe(0);
    await database.close();
  });

  it('are settled before the database is closed', async () => {
    const file = newFile();
    const database = new SqliteDatabase(file);
    await migrate(database, migrations);
    const other = new Connection(file, 'readWrite', createCompiler('sqlite'));
    other.control('BEGIN IMMEDIATE');
    const write = database.write(nothing, {});
    const closed = database.close();
    other.close();
    expect(await write).toBe(0);
    await closed;
  });
});

describe('a database URL', () => {
  it.each([
    ['sqlite:', 'names no file'],
    ['sqlite::memory:', 'in memory is not supported'],
    ['sqlite://data/grantor.db', 'has no host'],
    ['mysql://root:hunter2@localhost/grantor', 'not with mysql:'],
    ['/data/grantor.db', 'must begin with sqlite: or postgres://'],
    ['postgres://grantor:hunter2@[bad/x', 'cannot be read'],
  ])('is refused with the reason and without its password: %s', async (url, reason) => {
    const error: unknown = await openStore(url).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toContain(reason);
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });

  it('can have an absolute path in the three-slash form', async () => {
    const file = newFile();
    await (await openStore(`sqlite://${file}`)).close();
    expect(statSync(file).isFile()).toBe(true);
  });
});
