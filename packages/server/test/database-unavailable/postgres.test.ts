import { Client } from 'pg';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { type DeployedServer, Deployment, registerAt } from '../../../../test/kit/deployment.js';
import type { TestApp } from '../../../../test/kit/test-app.js';
import { createPostgresDatabase } from '../../../../test/kit/test-database.js';

let url: string;
let instance: DeployedServer;
let app: TestApp;

beforeAll(async () => {
  url = await createPostgresDatabase();
  instance = await new Deployment(url).start();
  app = await registerAt(instance);
  return () => instance.stop();
});

/** A session of another program that holds a table, that of the rows that a refresh writes unless set. */
async function otherProgram(table = 'refresh_token_families'): Promise<Client> {
  const client = new Client(url);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  return client;
}

const waiting = `SELECT count(*)::int AS waiting FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;

async function untilWaiting(client: Client, count: number): Promise<void> {
  const read = async () => {
    // A transaction sees the same activity until its snapshot is cleared.
    await client.query('SELECT pg_stat_clear_snapshot()');
    return (await client.query(waiting)).rows;
  };
  await expect.poll(read, { timeout: 10_000 }).toEqual([{ waiting: count }]);
}

const responseOf = async (response: Response) => ({
  status: response.status,
  retryAfter: response.headers.get('retry-after'),
  error: ((await response.json()) as { error?: string }).error,
});

const unavailable = { status: 503, retryAfter: '2', error: 'temporarily_unavailable' };

it('a held lock and an exhausted pool are 503 with Retry-After, and jwks responds meanwhile', async () => {
  const { refresh_token: token } = await app.tokens();
  const other = await otherProgram();
  // More than there are connections: some wait for the lock and some for a connection.
  const refreshes = Array.from({ length: 15 }, () => app.refresh(token));
  await untilWaiting(other, 10);
  expect((await fetch(`${instance.url}/oauth2/jwks`)).status).toBe(200);
  for (const refresh of refreshes) expect(await responseOf(await refresh)).toEqual(unavailable);

  await other.query('ROLLBACK');
  expect((await app.refresh(token)).status).toBe(200);
});

it('a lost connection during a request is 503 with Retry-After, and the next request gets another connection', async () => {
  const { refresh_token: token } = await app.tokens();
  const other = await otherProgram();
  const refresh = app.refresh(token);
  await untilWaiting(other, 1);
  await other.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  expect(await responseOf(await refresh)).toEqual(unavailable);

  await other.query('ROLLBACK');
  expect((await app.refresh(token)).status).toBe(200);
});

const createClient = (idempotencyKey: string) => {
  const fields = { name: 'Again', redirectUris: ['https://again.example.com/cb'] };
  return instance.call('POST', '/clients', fields, { 'idempotency-key': idempotencyKey });
};

/** Ends the connection of the request that waits for a lock of another program. */
async function endWaitingRequest(other: Client): Promise<void> {
  await untilWaiting(other, 1);
  await other.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
}

it('a request with an Idempotency-Key whose connection is lost before the commit can be sent again', async () => {
  const other = await otherProgram('clients');
  const request = createClient('lost-before-commit');
  await endWaitingRequest(other);
  expect((await request).status).toBe(503);
  await other.query('ROLLBACK');
  expect((await createClient('lost-before-commit')).status).toBe(201);
});

it('a request with an Idempotency-Key whose connection is lost during the commit is not repeated', async () => {
  const other = await otherProgram();
  await other.query('ROLLBACK');
  // What is deferred runs within COMMIT, and waits there for the lock of the other program.
  await other.query(`CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END'`);
  await other.query(`CREATE CONSTRAINT TRIGGER wait_at_commit AFTER INSERT ON clients
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit()`);
  onTestFinished(async () => {
    await other.query('DROP TRIGGER wait_at_commit ON clients');
  });
  await other.query('SELECT pg_advisory_lock(4711)');
  const request = createClient('lost-during-commit');
  await endWaitingRequest(other);
  expect((await request).status).toBe(503);
  await other.query('SELECT pg_advisory_unlock_all()');
  expect((await createClient('lost-during-commit')).status).toBe(409);
});
