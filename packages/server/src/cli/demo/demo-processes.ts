import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { delay } from '../../timers/timers.js';
import { explainListenError, StartError } from '../start-error.js';

/** A demo program that runs next to the server. */
export interface DemoProcess {
  /** Stops the program and waits until it has exited. */
  stop(): Promise<void>;
}

export interface DemoApps {
  readonly issuer: string;
  readonly appUrl: string;
  readonly apiUrl: string;
  readonly client: { readonly id: string; readonly secret: string };
}

/** How long a demo program may take to respond, in milliseconds. */
const PATIENCE = 15_000;

/**
 * Starts the samples as separate programs.
 *
 * @param started receives each process when it is spawned, so that the caller can always stop it
 * @throws StartError with the reason when one of them cannot start
 */
export async function startDemoApps(
  { issuer, appUrl, apiUrl, client }: DemoApps,
  started: DemoProcess[],
): Promise<void> {
  const starting = [
    startSample(started, 'node-api', '--api-port', `${apiUrl}/api/health`, {
      ISSUER: issuer,
      PORT: new URL(apiUrl).port,
      AUDIENCE: apiUrl,
    }),
    startSample(started, 'node-web-app', '--app-port', `${appUrl}/health`, {
      ISSUER: issuer,
      PORT: new URL(appUrl).port,
      CLIENT_ID: client.id,
      CLIENT_SECRET: client.secret,
      REDIRECT_URI: `${appUrl}/callback`,
      API_BASE_URL: apiUrl,
    }),
  ];
  // Waits for all of them before it throws: a process that started later would never be stopped.
  for (const outcome of await Promise.allSettled(starting)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}

async function startSample(
  started: DemoProcess[],
  name: string,
  portOption: string,
  healthUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const main = fileURLToPath(new URL(`../../../../../samples/${name}/dist/server.js`, import.meta.url));
  if (!existsSync(main)) throw new StartError(`The sample ${name} is not built. Run npm run build first.`);
  await refuseTakenPort(Number(settings.PORT), portOption);
  const { PATH = '', NODE_ENV = '' } = process.env;
  const child = spawn(process.execPath, [main], {
    // Only what it needs, without the secrets of the server.
    env: { PATH, NODE_ENV, HOST: 'localhost', ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  started.push({
    stop() {
      child.kill();
      return ended;
    },
  });
  await untilHealthy(child, name, healthUrl);
}

/** Explains a port in use before the sample fails with a stack trace. */
async function refuseTakenPort(port: number, option: string): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen(port, '127.0.0.1', resolve);
    });
  } catch (error) {
    throw explainListenError(error, 'localhost', port, option);
  } finally {
    probe.close();
  }
}

async function untilHealthy(child: ChildProcess, name: string, url: string): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new StartError(`The sample ${name} exited. Its message is above.`);
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
      if (response.ok) return;
    } catch {
      // Not listening yet.
    }
    await delay(25);
  }
  throw new StartError(`The sample ${name} did not respond at ${url} within ${PATIENCE / 1000} seconds.`);
}
