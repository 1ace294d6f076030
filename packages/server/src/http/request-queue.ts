import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { runAfter } from '../timers/timers.js';
import type { ConnectionLimits } from './connection-limits.js';

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** Of the request line and the headers. */
  readonly bytes: number;
}

/** The requests of one connection that have no complete response. The first is the one that is served. */
interface Connection {
  readonly exchanges: Exchange[];
  waitingBytes: number;
}

/** Serves the requests of each connection in their order. */
export interface RequestQueue {
  readonly listener: RequestListener;
  /**
   * Whether a connection must not send this many more bytes now: a complete request waits for its response, and the
   * bytes are requests behind it. The body of a request that is arriving has no limit here.
   */
  isTooMuch(socket: Socket, bytes: number): boolean;
  /** From now on, each connection is closed after its current response. */
  drain(): void;
}

/**
 * Serves one request of a connection at a time (RFC 9112 §9.3.2), so that a client that pipelines and does not read
 * holds one response in memory. A connection is closed where too many requests wait on it, or where its client does not
 * read a response in time. Requests that wait on it are never started.
 */
export function createRequestQueue(
  serve: RequestListener,
  limits: Pick<ConnectionLimits, 'waitingRequests' | 'waitingBytes' | 'responseMs'>,
): RequestQueue {
  const connections = new WeakMap<Socket, Connection>();
  let draining = false;

  function serveFirst(socket: Socket, connection: Connection): void {
    const [first] = connection.exchanges;
    if (first === undefined || socket.destroyed) return;
    const cancel = runAfter(limits.responseMs, () => socket.destroy());
    first.outgoing.once('close', () => {
      cancel();
      connection.exchanges.shift();
      if (draining) socket.destroySoon();
      const [next] = connection.exchanges;
      if (next === undefined || socket.destroyed) return;
      connection.waitingBytes -= next.bytes;
      // Other connections run first.
      setImmediate(serveFirst, socket, connection);
    });
    serve(first.incoming, first.outgoing);
  }

  return {
    listener(incoming, outgoing) {
      const { socket } = incoming;
      // The parser continues with what it has read of a connection that was closed here.
      if (socket.destroyed) return;
      const connection = connections.get(socket) ?? { exchanges: [], waitingBytes: 0 };
      connections.set(socket, connection);
      if (connection.exchanges.length === 0) {
        connection.exchanges.push({ incoming, outgoing, bytes: 0 });
        // Runs after all bytes that arrived together are counted.
        process.nextTick(serveFirst, socket, connection);
        return;
      }
      const bytes = headBytes(incoming);
      connection.waitingBytes += bytes;
      connection.exchanges.push({ incoming, outgoing, bytes });
      if (
        connection.exchanges.length - 1 > limits.waitingRequests ||
        connection.waitingBytes > limits.waitingBytes
      ) {
        socket.destroy();
        // They are never served, and would hold memory until the socket is collected.
        connection.exchanges.length = 0;
      }
    },
    isTooMuch(socket, bytes) {
      const connection = connections.get(socket);
      const last = connection?.exchanges.at(-1);
      if (connection === undefined || last === undefined || !last.incoming.complete) return false;
      return connection.waitingBytes + bytes > limits.waitingBytes;
    },
    drain() {
      draining = true;
    },
  };
}

function headBytes({ url = '', rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, url.length);
}
