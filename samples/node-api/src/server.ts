import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createApi } from './api.js';
import { readSettings, type Settings } from './settings.js';

/** How long calls in progress may take after a signal to stop, in milliseconds. */
const GRACE_MILLISECONDS = 3000;

try {
  start(readSettings(process.env));
} catch (error) {
  fail(error);
}

function start({ issuer, audience, host, port }: Settings): void {
  const api = createApi({
    issuer,
    audience,
    onUnavailable: ({ message }) => console.error(`Access tokens cannot be checked: ${message}`),
  });
  const listener = getRequestListener(api.fetch);
  const server = createServer((request, response) => void listener(request, response));
  server.on('error', fail);
  server.listen(port, host, () => {
    const { port: actualPort } = server.address() as AddressInfo;
    const name =
      host === '127.0.0.1' || host === '::1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
    console.log(`Demo API: http://${name}:${actualPort}/api/files (tokens from ${issuer})`);
  });

  function stop(): void {
    server.close();
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS).unref();
  }
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function fail(error: unknown): void {
  console.error(`The demo API cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
