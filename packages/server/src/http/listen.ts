import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

/**
 * The most that request line and headers may hold, in bytes: an authorization request as long as its
 * parameters may be still fits after it was sealed into a page's address.
 */
const MAX_HEADER_BYTES = 64 * 1024;

/** How long requests that are under way may take once the server is asked to end, in milliseconds. */
const GRACE = 3000;

/** How often a port that only one of two addresses has free is given back for another one. */
const MOST_ATTEMPTS = 10;

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Stops taking connections, and ends those that are open once nothing is under way on them. */
  close(): Promise<void>;
}

/**
 * Listens for HTTP.
 *
 * @param host an address or name; `localhost` means both of its addresses, 127.0.0.1 and ::1, since
 *   clients disagree on which of them the name is
 * @param port 0 for any that is free
 * @throws Error with `code` EADDRINUSE where somebody else has the port
 */
export async function listen(
  fetch: (request: Request, env: never) => Response | Promise<Response>,
  host: string,
  port: number,
): Promise<Listening> {
  const servers = await startAll(fetch, host === 'localhost' ? ['127.0.0.1', '::1'] : [host], port);
  return {
    port: portOf(servers[0]),
    async close() {
      await Promise.all(servers.map(stop));
    },
  };
}

async function startAll(
  fetch: Parameters<typeof listen>[0],
  [first = '', ...others]: readonly string[],
  port: number,
): Promise<readonly [Server, ...Server[]]> {
  for (let attempt = 1; ; attempt += 1) {
    const servers: [Server, ...Server[]] = [await start(fetch, first, port)];
    try {
      for (const host of others) {
        const server = await start(fetch, host, portOf(servers[0])).catch(unlessMissing);
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

/** A machine may have no IPv6. Another's server there is another matter: browsers would find that one. */
function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
}

async function start(fetch: Parameters<typeof listen>[0], host: string, port: number): Promise<Server> {
  const server = createAdaptorServer({
    fetch: fetch as never,
    serverOptions: { maxHeaderSize: MAX_HEADER_BYTES },
  }) as Server;
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
  // A connection that a browser opened ahead of need counts as busy until its first request.
  const impatience = setTimeout(() => server.closeAllConnections(), GRACE);
  await closed;
  clearTimeout(impatience);
}
