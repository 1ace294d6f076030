import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { runAfter } from '../timers/timers.js';
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from './connection-limits.js';
import { createConnections } from './connections.js';
import { parseInPieces } from './parse-in-pieces.js';
import { createRequestQueue, type RequestQueue } from './request-queue.js';

/**
 * The most that request line and headers may hold, in bytes. The longest authorization request fits after it is sealed
 * into the address of a page.
 */
const MAX_HEADER_BYTES = 64 * 1024;

/** How long running requests may take after the server is asked to stop, in milliseconds. */
const GRACE = 3000;

/** How much of a body is read before the endpoint takes it, and of a response before the client does, in bytes. */
const READ_AHEAD_BYTES = 16 * 1024;

/** How often connections are checked for requests that take too long to arrive, in milliseconds. */
const CHECK_INTERVAL = 2000;

/** How many ports are tried until one is free on both addresses. */
const MOST_ATTEMPTS = 10;

/** A listening server. */
export interface Listening {
  readonly port: number;
  /** Accepts no more connections, and closes the open ones after their current response. */
  close(): Promise<void>;
}

/**
 * Listens for HTTP.
 *
 * @param host an address or name; `localhost` means both 127.0.0.1 and ::1, since clients resolve it to either
 * @param port 0 for any that is free
 * @param limits the default for what is left out
 * @throws Error with `code` EADDRINUSE where the port is in use
 */
export async function listen(
  fetch: (request: Request, env: never) => Response | Promise<Response>,
  host: string,
  port: number,
  limits: Partial<ConnectionLimits> = {},
): Promise<Listening> {
  const { newServer, queue } = serverFactory(fetch, { ...DEFAULT_CONNECTION_LIMITS, ...limits });
  const servers = await startAll(newServer, host === 'localhost' ? ['127.0.0.1', '::1'] : [host], port);
  return {
    port: portOf(servers[0]),
    async close() {
      queue.drain();
      await Promise.all(servers.map(stop));
    },
  };
}

/** Makes servers that share one set of limits. */
function serverFactory(
  fetch: Parameters<typeof listen>[0],
  limits: ConnectionLimits,
): { readonly newServer: () => Server; readonly queue: RequestQueue } {
  const serve = getRequestListener(fetch as never);
  const queue = createRequestQueue((incoming, outgoing) => void serve(incoming, outgoing), limits);
  const connections = createConnections(limits);
  return {
    queue,
    newServer() {
      const server = createServer(
        {
          maxHeaderSize: MAX_HEADER_BYTES,
          highWaterMark: READ_AHEAD_BYTES,
          headersTimeout: limits.headMs,
          requestTimeout: limits.requestMs,
          connectionsCheckingInterval: CHECK_INTERVAL,
        },
        queue.listener,
      );
      server.timeout = limits.stalledMs;
      connections.watch(server);
      server.on('connection', (socket: Socket) =>
        parseInPieces(socket, (one, bytes) => queue.isTooMuch(one, bytes)),
      );
      return server;
    },
  };
}

async function startAll(
  newServer: () => Server,
  [first = '', ...others]: readonly string[],
  port: number,
): Promise<readonly [Server, ...Server[]]> {
  for (let attempt = 1; ; attempt += 1) {
    const servers: [Server, ...Server[]] = [await start(newServer(), first, port)];
    try {
      for (const host of others) {
        const server = await start(newServer(), host, portOf(servers[0])).catch(unlessMissing);
        if (server !== undefined) servers.push(server);
      }
      return servers;
    } catch (error) {
      await Promise.all(servers.map(stop));
      if (port !== 0 || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Ignores an error for lack of IPv6, but not a port that is in use: browsers would reach the other server there. */
function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
}

async function start(server: Server, host: string, port: number): Promise<Server> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  // A connection that a browser opens in advance counts as busy until its first request.
  const cancel = runAfter(GRACE, () => server.closeAllConnections());
  await closed;
  cancel();
}
