import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { listen } from '@grantor/server';
import type { ConnectionLimits } from '../../src/http/connection-limits.js';

type Handler = (request: Request) => Response | Promise<Response>;

/** A listener with one handler for all requests. */
export function listenWith(handler: Handler, limits: Partial<ConnectionLimits> = {}) {
  return listen((request) => handler(request), '127.0.0.1', 0, limits);
}

export const get = (path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

/** A connection that is open; what arrives on it is collected as text. */
export async function openConnection(port: number): Promise<Socket & { received: () => string }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  return Object.assign(socket, { received: () => text });
}

export async function untilClosed(socket: Socket): Promise<void> {
  if (socket.closed) return;
  await new Promise((resolve) => {
    socket.once('close', resolve);
  });
}

/** Waits until something holds, and fails after ten seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('It never came to hold');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
