import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Stops taking connections and ends those that are idle. */
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
  const first = await start(fetch, host === 'localhost' ? '127.0.0.1' : host, port);
  const bound = (first.address() as AddressInfo).port;
  const servers = [first];
  if (host === 'localhost') {
    try {
      servers.push(await start(fetch, '::1', bound));
    } catch {
      // A machine without IPv6, or another's server there: 127.0.0.1 serves alone.
    }
  }
  return {
    port: bound,
    async close() {
      await Promise.all(servers.map(stop));
    },
  };
}

async function start(fetch: Parameters<typeof listen>[0], host: string, port: number): Promise<Server> {
  const server = createAdaptorServer({ fetch: fetch as never }) as Server;
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
  await closed;
}
