/**
 * Another process holds the write lock of the SQLite file while requests that write keep arriving. Requests without a
 * write must be served as usual. The others must be refused in time, with 503 and not with 500.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { type Attack, below, soonerThan } from '../attack.ts';
import { startGrantor } from '../programs.ts';

const API_KEY = 'a-key-for-the-attack-and-nothing-else';
const WRITERS = 20;
const MOST_READ_SECONDS = 0.5;
/** A write waits for the lock about 2 s; the machine may be busy. */
const MOST_WRITE_SECONDS = 5;

export const run: Attack = async ({ short, signal }) => {
  const seconds = short ? 4 : 20;
  const folder = await mkdtemp(join(tmpdir(), 'grantor-attack-'));
  const file = join(folder, 'grantor.db');
  const server = await startGrantor({ GRANTOR_DATABASE_URL: `sqlite:${file}`, GRANTOR_API_KEY: API_KEY });
  const at = `http://127.0.0.1:${server.port}`;
  const holder = new BetterSqlite3(file);
  try {
    holder.exec('BEGIN IMMEDIATE');
    const end = performance.now() + seconds * 1000;
    const goesOn = () => performance.now() < end && !signal.aborted;
    const statuses = new Map<number, number>();
    let slowestWrite = 0;
    let withoutRetryAfter = 0;
    const writers = Array.from({ length: WRITERS }, async () => {
      while (goesOn()) {
        const start = performance.now();
        const response = await write(at);
        slowestWrite = Math.max(slowestWrite, (performance.now() - start) / 1000);
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        if (!response.headers.has('retry-after')) withoutRetryAfter += 1;
      }
    });
    let slowestRead = 0;
    while (goesOn()) {
      const start = performance.now();
      await (await fetch(`${at}/oauth2/jwks`)).arrayBuffer();
      slowestRead = Math.max(slowestRead, (performance.now() - start) / 1000);
      await sleep(50);
    }
    await Promise.all(writers);
    holder.exec('ROLLBACK');
    const after = (await write(at)).status;
    return [
      soonerThan(`slowest answer of /oauth2/jwks in ${seconds} s`, slowestRead, MOST_READ_SECONDS, short),
      below('slowest answer to a write', slowestWrite, MOST_WRITE_SECONDS, 's'),
      {
        figure: 'answers to writes',
        value: [...statuses].map(([status, count]) => `${count} × ${status}`).join(', '),
        bound: 'all 503',
        held: [...statuses.keys()].every((status) => status === 503),
      },
      below('answers without Retry-After', withoutRetryAfter, 1, ''),
      { figure: 'a write once the lock is released', value: after, bound: '201', held: after === 201 },
    ];
  } finally {
    holder.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

async function write(at: string): Promise<Response> {
  const response = await fetch(`${at}/api/2.0/clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'An app', redirectUris: ['https://app.example.com/callback'] }),
  });
  await response.arrayBuffer();
  return response;
}
