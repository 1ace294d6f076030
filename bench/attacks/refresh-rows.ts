/**
 * One connection refreshes as often as it can. The rows of the database must not grow with the number of refreshes: a
 * family of refresh tokens is one row, and a grant keeps a fixed number of opaque access tokens.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { type Attack, below, type Figure } from '../attack.ts';
import { startGrantor } from '../programs.ts';
import { refreshing } from '../scenarios.ts';

const user = { username: 'attack@example.com', password: 'a password for the attack' };
const API_KEY = 'a-key-for-the-attack-and-nothing-else';
/** The row of the family, 32 access tokens, and the rows of the sign-in and the registration. */
const MOST_ROWS = 50;
const MOST_KILOBYTES = 256;

export const run: Attack = async ({ short, signal }) => {
  const seconds = short ? 2 : 8;
  const figures: Figure[] = [];
  for (const format of ['jwt', 'opaque']) {
    const folder = await mkdtemp(join(tmpdir(), 'grantor-attack-'));
    const file = join(folder, 'grantor.db');
    const server = await startGrantor({
      GRANTOR_DATABASE_URL: `sqlite:${file}`,
      GRANTOR_ADMIN_EMAIL: user.username,
      GRANTOR_ADMIN_PASSWORD: user.password,
      GRANTOR_API_KEY: API_KEY,
    });
    try {
      const bench = { port: server.port, apiKey: API_KEY, user };
      const workers = await refreshing(bench, 1, { access_token_format: format });
      for (const worker of workers) await worker.operate();
      const before = await sizeOf(file);
      const end = performance.now() + seconds * 1000;
      let count = 0;
      for (const worker of workers) {
        for (; performance.now() < end && !signal.aborted; count += 1) await worker.operate();
        worker.wire.close();
      }
      const after = await sizeOf(file);
      const what = `after ${count} refreshes in ${seconds} s (${format})`;
      figures.push(
        below(`rows more ${what}`, after.rows - before.rows, MOST_ROWS, 'rows'),
        below(`bytes more ${what}`, after.kilobytes - before.kilobytes, MOST_KILOBYTES, 'kB'),
      );
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }
  return figures;
};

/** How many rows all tables have, and how large the file is once the log is written back to it. */
async function sizeOf(file: string): Promise<{ rows: number; kilobytes: number }> {
  const database = new BetterSqlite3(file);
  try {
    database.pragma('wal_checkpoint(FULL)');
    const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
    const countOf = (name: unknown) =>
      database
        .prepare(`SELECT count(*) FROM ${String(name)}`)
        .pluck()
        .get() as number;
    const rows = names.reduce((total: number, name) => total + countOf(name), 0);
    return { rows, kilobytes: (await stat(file)).size / 1024 };
  } finally {
    database.close();
  }
}
