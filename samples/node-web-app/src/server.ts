import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.js';
import { readSettings } from './settings.js';

/** How long requests in progress may take after a signal to stop, in milliseconds. */
const GRACE_MILLISECONDS = 3000;

const servers: Server[] = [];

try {
  const settings = readSettings(process.env);
  const listener = getRequestListener(createApp(settings).fetch);
  // Browsers may use either address for localhost, so the app listens on both, if the machine has both.
  const [first = '', ...others] = settings.host === 'localhost' ? ['127.0.0.1', '::1'] : [settings.host];
  const port = await listen(first, settings.port);
  for (const host of others) await listen(host, port).catch(unlessMissing);
  const name = first === '127.0.0.1' || first === '0.0.0.0' || first === '::' ? 'localhost' : first;
  console.log(`Node sample app: http://${name.includes(':') ? `[${name}]` : name}:${port}`);

  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);

  async function listen(host: string, wanted: number): Promise<number> {
    const server = createServer((request, response) => void listener(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, host, resolve);
    });
    servers.push(server);
    return (server.address() as AddressInfo).port;
  }
} catch (error) {
  console.error(`The app cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
  stop();
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
}

function stop(): void {
  for (const server of servers) {
    server.close();
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS).unref();
  }
}
