import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Guard } from '../src/create-guard.js';
import { type ExpressRequest, requireToken } from '../src/express.js';
import type { CheckOptions } from '../src/options.js';

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** A running API, and a client that sends headers exactly as given. */
export interface RunningApi {
  readonly origin: string;
  get(authorization?: string | readonly string[], path?: string): Promise<ApiResponse>;
  close(): Promise<void>;
}

export async function listen(server: Server): Promise<RunningApi> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    get: (authorization, path = '/') => get(port, path, authorization),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** An API that responds with the token of the call. The Express middleware also runs on plain Node.js. */
export function startApi(guard: Guard, options?: CheckOptions): Promise<RunningApi> {
  const middleware = requireToken(guard, options);
  const listener: RequestListener = (request, response) => {
    const guarded: ExpressRequest = request;
    middleware(guarded, response, (error) => {
      response.writeHead(error === undefined ? 200 : 500).end(JSON.stringify(guarded.auth ?? null));
    }).catch(() => response.destroy());
  };
  return listen(createServer({ maxHeaderSize: 64 * 1024 }, listener));
}

function get(port: number, path: string, authorization?: string | readonly string[]): Promise<ApiResponse> {
  const values = authorization === undefined ? [] : [authorization].flat();
  const headers = ['host', `127.0.0.1:${port}`, ...values.flatMap((value) => ['Authorization', value])];
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const body: unknown = text === '' ? null : JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    request.on('error', reject);
    request.end();
  });
}
