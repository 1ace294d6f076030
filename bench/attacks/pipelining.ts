/**
 * Pipelined requests on connections that never read: many requests are written at once, and no response is read.
 * Memory must stay bounded, other requests must be served, and the server must stop when it is asked to.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, below, soonerThan } from '../attack.ts';
import { type Program, startGrantor } from '../programs.ts';

/** Large, rendered and small responses in turn. */
const PATHS = ['/api/docs', '/signin', '/oauth2/jwks', '/api/openapi.json', '/'];
/** How many requests one connection writes at once. */
const REQUESTS = 1700;
const MOST_MEGABYTES = 300;
const MOST_HEALTH_SECONDS = 1;
/** The time that running requests have at a shutdown, and some time to close the database. */
const MOST_STOP_SECONDS = 5;

export const run: Attack = async ({ short, signal }) => {
  const connections = short ? 300 : 1500;
  const seconds = short ? 5 : 60;
  const folder = await mkdtemp(join(tmpdir(), 'grantor-attack-'));
  const server = await startGrantor({ GRANTOR_DATABASE_URL: `sqlite:${join(folder, 'grantor.db')}` });
  const sockets = new Set<Socket>();
  const stopped = new AbortController();
  const over = AbortSignal.any([signal, stopped.signal]);
  const end = performance.now() + seconds * 1000;
  try {
    let peak = 0;
    let slowest = 0;
    const attackers = Array.from({ length: connections }, async (_, index) => {
      // Connections are spread over the first second, so that the attack's own process can open them all.
      await sleep((index / connections) * 1000);
      while (!over.aborted) await attackOnce(server.port, index, sockets, over);
    });
    while (performance.now() < end && !over.aborted && server.running()) {
      slowest = Math.max(slowest, await healthSeconds(server.port));
      peak = Math.max(peak, await megabytesOf(server));
      await sleep(200);
    }
    const survived = server.running();
    const asked = performance.now();
    await server.stop();
    const stopping = (performance.now() - asked) / 1000;
    stopped.abort();
    await Promise.all(attackers);
    return [
      {
        figure: `the process through ${seconds} s of ${connections} connections`,
        value: survived ? 'running' : 'ended',
        bound: 'running',
        held: survived,
      },
      below('resident memory at its peak', peak, MOST_MEGABYTES, 'MB'),
      soonerThan('slowest answer of /health', slowest, MOST_HEALTH_SECONDS, short),
      below('SIGTERM during the attack until the process ended', stopping, MOST_STOP_SECONDS, 's'),
    ];
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** One connection: it writes its requests, never reads, and lasts until the server ends it. */
async function attackOnce(
  port: number,
  index: number,
  sockets: Set<Socket>,
  over: AbortSignal,
): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.pause();
  const request = `GET ${PATHS[index % PATHS.length]} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  socket.write(request.repeat(REQUESTS));
  // A socket that does not read learns of its end when it writes.
  while (!socket.destroyed && !over.aborted) {
    await sleep(1000);
    if (socket.writableLength === 0) socket.write(request);
  }
  socket.destroy();
  sockets.delete(socket);
}

/** How long a legitimate request takes; infinite without a response within 30 s. */
async function healthSeconds(port: number): Promise<number> {
  const start = performance.now();
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(30_000) });
    await response.arrayBuffer();
    return response.ok ? (performance.now() - start) / 1000 : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

async function megabytesOf({ pid }: Program): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}
