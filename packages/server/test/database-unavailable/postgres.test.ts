import { Client } from 'pg';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import type { TestApp } from '../../../../test/kit/test-app.js';
import { createPostgresDatabase } from '../../../../test/kit/test-database.js';
import { deploymentConfig, type Instance, registerAt, startInstance } from '../refresh/instances.js';

let url: string;
let instance: Instance;
let app: TestApp;

beforeAll(async () => {
  url = await createPostgresDatabase();
  instance = await startInstance(deploymentConfig(url));
  app = await registerAt(instance);
  return () => instance.stop();
});

/** A session of another program that holds the rows that a refresh writes. */
async function otherProgram(): Promise<Client> {
  const client = new Client(url);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('BEGIN');
  await client.query('LOCK TABLE refresh_token_families IN ACCESS EXCLUSIVE MODE');
  return client;
}

const waiting = `SELECT count(*)::int AS waiting FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;

async function untilWaiting(client: Client, count: number): Promise<void> {
  const read = async () => {
    // A transaction sees the same activity each time, unless it is told to look again.
    await client.query('SELECT pg_stat_clear_snapshot()');
    return (await client.query(waiting)).rows;
  };
  await expect.poll(read, { timeout: 10_000 }).toEqual([{ waiting: count }]);
}

const answerOf = async (response: Response) => ({
  status: response.status,
  retryAfter: response.headers.get('retry-after'),
  error: ((await response.json()) as { error?: string }).error,
});

const unavailable = { status: 503, retryAfter: '2', error: 'temporarily_unavailable' };

it('a lock that is held and a pool that is exhausted are 503 with Retry-After, and jwks is answered meanwhile', async () => {
  const { refresh_token: token } = await app.tokens();
  const other = await otherProgram();
  // More than there are connections: some wait for the lock and some for a connection.
  const refreshes = Array.from({ length: 15 }, () => app.refresh(token));
  await untilWaiting(other, 10);
  expect((await fetch(`${instance.url}/oauth2/jwks`)).status).toBe(200);
  for (const refresh of refreshes) expect(await answerOf(await refresh)).toEqual(unavailable);

  await other.query('ROLLBACK');
  expect((await app.refresh(token)).status).toBe(200);
});

it('a connection that is lost during a request is 503 with Retry-After, and the next request gets another', async () => {
  const { refresh_token: token } = await app.tokens();
  const other = await otherProgram();
  const refresh = app.refresh(token);
  await untilWaiting(other, 1);
  await other.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  expect(await answerOf(await refresh)).toEqual(unavailable);

  await other.query('ROLLBACK');
  expect((await app.refresh(token)).status).toBe(200);
});
