import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type PostgresServer, startPostgres } from './postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for an empty PostgreSQL database; `test-database.ts` does. */
    postgresDesk: string;
    /** The folder of the SQLite databases of the run. */
    databaseFolder: string;
  }
}

/**
 * Keeps one PostgreSQL server and one folder of SQLite databases for the whole run. PostgreSQL starts when the first
 * test file asks for a database, so that a run that needs none does not wait for it.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<PostgresServer> | undefined;

  const answer = async (response: ServerResponse) => {
    try {
      starting ??= startPostgres();
      const url = await (await starting).createDatabase();
      response.writeHead(201).end(url);
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  };
  const desk = createServer((_, response) => void answer(response));
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve));
  const address = desk.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port');
  project.provide('postgresDesk', `http://127.0.0.1:${address.port}/`);

  const folder = await mkdtemp(join(tmpdir(), 'grantor-databases-'));
  project.provide('databaseFolder', folder);

  return async () => {
    await rm(folder, { recursive: true, force: true });
    desk.closeAllConnections();
    await new Promise((resolve) => desk.close(resolve));
    // A server that did not start was reported to the test that requested it, and needs no stop.
    const server = await starting?.catch(() => undefined);
    await server?.stop();
  };
}
