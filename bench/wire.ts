import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The parts of a response that a load driver needs. */
export interface WireResponse {
  readonly status: number;
  /** The head as text: status line and headers. */
  readonly head: string;
  readonly body: string;
}

/**
 * One keep-alive HTTP/1.1 connection with little cost of its own, so that the figures are those of the server. A request
 * is one prepared text, and of a response only the lengths are read.
 */
export class Wire {
  readonly #port: number;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #settle: { resolve(response: WireResponse): void; reject(error: Error): void } | undefined;

  private constructor(port: number) {
    this.#port = port;
  }

  /** @param port on 127.0.0.1 */
  static async open(port: number): Promise<Wire> {
    const wire = new Wire(port);
    await wire.reopen();
    return wire;
  }

  /** Connects again: a server closes idle connections. */
  async reopen(): Promise<void> {
    this.close();
    const socket = connect(this.#port, '127.0.0.1');
    await once(socket, 'connect');
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#settle?.reject(new Error('the server closed the connection')));
    this.#received = Buffer.alloc(0);
    this.#socket = socket;
  }

  send(request: string): Promise<WireResponse> {
    return new Promise((resolve, reject) => {
      if (this.#socket === undefined || this.#socket.destroyed) throw new Error('the connection is closed');
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket?.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.#received.toString('latin1', 0, end);
    const total = endOfBody(this.#received, head, end + 4);
    if (total === undefined || this.#received.length < total) return;
    const body = this.#received.toString('utf8', end + 4, total);
    this.#received = this.#received.subarray(total);
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve({ status: Number(head.slice(9, 12)), head, body });
  }
}

/** The end of a response; undefined before its head is complete. Only empty bodies are expected in chunks. */
function endOfBody(received: Buffer, head: string, start: number): number | undefined {
  if (/\r\ntransfer-encoding: chunked/i.test(head)) {
    const last = received.indexOf('0\r\n\r\n', start);
    return last === -1 ? undefined : last + 5;
  }
  return start + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
}

/** A POST of a form, as text. */
export function formPost(
  path: string,
  form: Readonly<Record<string, string>>,
  authorization?: string,
): string {
  const body = new URLSearchParams(form).toString();
  return [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** A GET, as text. */
export function get(path: string, cookie: string, authorization?: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    `Cookie: ${cookie}`,
    '',
    '',
  ].join('\r\n');
}
