import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresDatabase } from '../../../../test/kit/test-database.js';
import { openStore } from '../../src/storage/open-store.js';
import { PostgresDatabase } from '../../src/storage/postgres/postgres-database.js';
import { migrate } from '../../src/storage/sql/migrate.js';
import { migrations } from '../../src/storage/sql/migrations/index.js';
import { defineStatement, plainStatement } from '../../src/storage/sql/statement.js';
import { execute, first } from '../../src/storage/sql/unit.js';
import { account } from './fixtures.js';
import { storeContract } from './store.contract.js';

const nameOf = (error: Error) => error.name;
const show = (setting: string) => plainStatement(`SELECT current_setting('${setting}') AS value`);

describe('a store on PostgreSQL', () => {
  storeContract({ createDatabase: createPostgresDatabase });
});

describe('PostgreSQL', () => {
  const insertRow = defineStatement((db, p: { id: number }) =>
    db.insertInto('health_checks').values({ id: p.id, checked_at: 0 }),
  );
  const addOne = defineStatement((db, p: { id: number }) =>
    db
      .updateTable('health_checks')
      .set((eb) => ({ checked_at: eb('checked_at', '+', 1) }))
      .where('id', '=', p.id),
  );
  const readRow = defineStatement((db, p: { id: number }) =>
    db.selectFrom('health_checks').select('checked_at').where('id', '=', p.id),
  );
  const sleep = defineStatement((db, p: { seconds: number }) =>
    db.selectNoFrom(sql`pg_sleep(${p.seconds})`.as('slept')),
  );
  const terminateOthers = plainStatement(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  const countSleepers = plainStatement(
    `SELECT count(*) AS sleepers FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event = 'PgSleep'`,
  );

  let url: string;
  let database: PostgresDatabase;

  beforeAll(async () => {
    url = await createPostgresDatabase();
    database = new PostgresDatabase(url, 4);
    await migrate(database, migrations);
  });
  afterAll(() => database.close());

  it.each([
    ['fsync', 'on'],
    ['synchronous_commit', 'on'],
    ['application_name', 'grantor'],
    ['statement_timeout', '15s'],
    ['lock_timeout', '5s'],
    ['idle_in_transaction_session_timeout', '30s'],
  ])('runs with %s = %s', async (setting, value) => {
    expect(await database.readFirst(show(setting), {})).toEqual({ value });
  });

  it('runs a unit again after PostgreSQL aborted it for a deadlock', async () => {
    await database.write(insertRow, { id: 1 });
    await database.write(insertRow, { id: 2 });
    let runs = 0;
    const both = (one: number, other: number) =>
      database.unit(function* () {
        runs += 1;
        yield* execute(addOne, { id: one });
        // Long enough for the other unit to lock its first row.
        yield* first(sleep, { seconds: 0.2 });
        yield* execute(addOne, { id: other });
      });
    await Promise.all([both(1, 2), both(2, 1)]);
    expect(runs).toBeGreaterThan(2);
    expect(await database.readFirst(readRow, { id: 1 })).toEqual({ checked_at: 2 });
    expect(await database.readFirst(readRow, { id: 2 })).toEqual({ checked_at: 2 });
  });

  it('fails the unit whose connection breaks, and replaces the connection', async () => {
    const victim = new PostgresDatabase(url, 1);
    const broken = victim.unit(function* () {
      yield* execute(insertRow, { id: 10 });
      yield* first(sleep, { seconds: 10 });
    });
    const failed = expect(broken).rejects.toThrow();
    await expect
      .poll(() => database.readFirst(countSleepers, {}), { timeout: 10_000 })
      .toEqual({ sleepers: 1 });
    await database.readAll(terminateOthers, {});
    await failed;
    expect(await victim.readFirst(readRow, { id: 10 })).toBeUndefined();
    expect(await victim.write(insertRow, { id: 10 })).toBe(1);
    await victim.close();
  });

  it('survives the loss of idle connections', async () => {
    const victim = new PostgresDatabase(url, 2);
    await victim.readFirst(readRow, { id: 1 });
    await database.readAll(terminateOthers, {});
    await expect
      .poll(() => victim.readFirst(readRow, { id: 1 }).catch(() => 'broken'), { timeout: 10_000 })
      .toEqual({ checked_at: 2 });
    await victim.close();
  });

  it('opens no more connections than its limit', async () => {
    const narrow = await openStore(url, { poolSize: 1 });
    await Promise.all(Array.from({ length: 20 }, () => narrow.accounts.create(account())));
    const count = plainStatement(
      `SELECT count(*) AS backends FROM pg_stat_activity WHERE datname = current_database()`,
    );
    const mine = 4;
    const row = await database.readFirst(count, {});
    expect((row as { backends: number }).backends).toBeLessThanOrEqual(mine + 1);
    await narrow.close();
  });

  it('refuses a request for a connection without waiting if too many wait', async () => {
    const narrow = new PostgresDatabase(url, 1);
    const busy = narrow.readFirst(sleep, { seconds: 0.5 });
    const waiting = Array.from({ length: 1001 }, () => narrow.readFirst(readRow, { id: 1 }));
    const settled = Promise.allSettled(waiting);
    /** The state of a request when the connection becomes free. */
    const standing = (request: Promise<unknown> | undefined) =>
      Promise.race([request?.then(() => 'answered', nameOf), busy.then(() => 'waits')]);
    expect(await Promise.all([standing(waiting.at(-2)), standing(waiting.at(-1))])).toEqual([
      'waits',
      'StorageUnavailable',
    ]);
    await settled;
    await narrow.close();
  });

  it('keeps the values of rows out of its errors', async () => {
    const insertAccount = defineStatement((db, p: { id: string; secret: string }) =>
      db.insertInto('accounts').values({
        id: p.id,
        username: 'x',
        name: 'x',
        email_verified: 0,
        is_admin: 0,
        claims: '{}',
        created_at: 0,
        updated_at: sql<number>`null`,
        password_hash: p.secret,
      }),
    );
    const error: unknown = await database
      .write(insertAccount, { id: 'x', secret: 'not-for-logs' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('not-for-logs');
  });

  it('reports that the server cannot be reached, without the password', async () => {
    // Nothing listens on port 1 of the loopback interface.
    const error: unknown = await openStore('postgres://grantor:hunter2@127.0.0.1:1/grantor').catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
  });
});
