import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { basePathOf, metadataPathsOfHost } from '../endpoints/paths.js';
import { retryAfter } from '../protocol/index.js';
import { runAfter } from '../timers/timers.js';
import { DEFAULT_CONNECTION_LIMITS } from './connection-limits.js';
import { pathOf } from './read-request.js';
import type { RequestConnection } from './request-connection.js';
import { createRequestQueue } from './request-queue.js';

/** Clients may try again after this time if the server was closed to start again, in seconds. */
const RESTART_SECONDS = 5;

/** How long `close()` waits for requests in progress, in milliseconds: a client may send its body as slowly as it likes. */
const MOST_WAITING = 10_000;

/** The server as an application mounts it among its own routes. */
export interface MountedServer {
  /**
   * Handles a request of the Fetch API.
   *
   * @param connection the address of the client, or Node's request. `env` of Hono on Node.js has the latter
   * @throws TypeError if the address of the client is unknown: without `connection`, and without `trustedProxies`
   */
  readonly fetch: (request: Request, connection?: RequestConnection) => Promise<Response>;
  /**
   * Handles a request of `node:http`, also as a middleware of Express.
   *
   * @param next called for a request outside of the path of the issuer. Without it, such a request gets 404
   */
  readonly listener: (incoming: IncomingMessage, outgoing: ServerResponse, next?: () => void) => void;
  /** Refuses new requests with 503 and waits for those in progress, for ten seconds at most. */
  readonly drain: () => Promise<void>;
}

/** A request whose path a framework has shortened by the path where it mounts the listener. */
type MountedRequest = IncomingMessage & { readonly originalUrl?: unknown };

/**
 * @param fetch the server. `trustedProxies` is the setting of that name
 * @param mostWaiting how long `drain` waits, in milliseconds
 */
export function mountServer(
  fetch: (request: Request, connection: RequestConnection) => Response | Promise<Response>,
  { issuer, trustedProxies }: { readonly issuer: string; readonly trustedProxies: number },
  mostWaiting = MOST_WAITING,
): MountedServer {
  const inProgress = new Set<Promise<Response>>();
  let isClosed = false;

  async function respond(request: Request, connection: RequestConnection): Promise<Response> {
    if (isClosed) return new Response(null, { status: 503, headers: retryAfter(RESTART_SECONDS) });
    const response = Promise.resolve(fetch(request, connection));
    inProgress.add(response);
    try {
      return await response;
    } finally {
      inProgress.delete(response);
    }
  }

  // The global Request and Response belong to the application.
  const serve = getRequestListener((request, env) => respond(request, env), { overrideGlobalObjects: false });
  const queue = createRequestQueue(
    (incoming, outgoing) => void serve(incoming, outgoing),
    DEFAULT_CONNECTION_LIMITS,
  );
  const isOwn = ownPaths(issuer);

  return {
    async fetch(request, connection = {}) {
      const { address, incoming } = connection;
      if (address === undefined && incoming === undefined && trustedProxies === 0) {
        throw new TypeError(
          'The address of the client is unknown, and limits apply by address. Call fetch(request, { address }), or set trustedProxies',
        );
      }
      return respond(request, { address, incoming });
    },
    listener(incoming: MountedRequest, outgoing, next) {
      const { originalUrl } = incoming;
      const url = typeof originalUrl === 'string' ? originalUrl : (incoming.url ?? '/');
      if (next !== undefined && !isOwn(pathOf(`http://localhost${url}`))) {
        next();
        return;
      }
      incoming.url = url;
      // The streams of an HTTP/2 connection share its socket and wait for each other in HTTP/2 itself.
      if (incoming.httpVersionMajor > 1) void serve(incoming, outgoing);
      else queue.listener(incoming, outgoing);
    },
    async drain() {
      isClosed = true;
      const { promise: hasWaited, resolve } = Promise.withResolvers<void>();
      const cancel = runAfter(mostWaiting, resolve);
      await Promise.race([Promise.allSettled(inProgress), hasWaited]);
      cancel();
    },
  };
}

/** The paths below the issuer, and those where clients look for its metadata beside it (RFC 8414 §3.1). */
function ownPaths(issuer: string): (path: string) => boolean {
  const base = basePathOf(issuer);
  const beside = metadataPathsOfHost(base).filter((path) => path.endsWith(base));
  return (path) => path === base || path.startsWith(`${base}/`) || beside.includes(path);
}
