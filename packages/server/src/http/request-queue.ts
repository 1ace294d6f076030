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
   * Whether a connection may not send this many bytes more now: a whole request waits for its response, and they are
   * the requests behind it. Bytes of a body that is arriving are never too many here.
   */
  isTooMuch(socket: Socket, bytes: number): boolean;
  /** From now on a connection is closed after the response that is under way. */
  drain(): void;
}

/**
 * Serves one request of a connection at a time (RFC 9112 §9.3.2). A client that pipelines and does not read thus holds
 * one response in memory. A connection on which too many requests wait, or whose client does not take its response in
 * time, is closed, and what waited on it is never started.
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
      // Other connections have their turn in between.
      setImmediate(serveFirst, socket, connection);
    });
    serve(first.incoming, first.outgoing);
  }

  return {
    listener(incoming, outgoing) {
      const { socket } = incoming;
      // The parser goes on through what it has read of a connection that was closed here.
      if (socket.destroyed) return;
      const connection = connections.get(socket) ?? { exchanges: [], waitingBytes: 0 };
      connections.set(socket, connection);
      if (connection.exchanges.length === 0) {
        connection.exchanges.push({ incoming, outgoing, bytes: 0 });
        // Not before everything that arrived with it was counted.
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
        // They hold memory until the socket is collected, and are never served.
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
