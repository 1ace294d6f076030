import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How long a program may take to end before it is killed, in milliseconds. */
const STOP_PATIENCE = 30_000;

/** The folder of this checkout. */
export const THIS_CHECKOUT = fileURLToPath(new URL('..', import.meta.url));

/** A server under load, in a process of its own. */
export interface Program {
  readonly port: number;
  readonly pid: number;
  running(): boolean;
  /** Sends SIGTERM and waits for the end of the process. */
  stop(): Promise<void>;
}

/** @param database the path of its database */
export function startFloor(database: string): Promise<Program> {
  const main = fileURLToPath(new URL('./floor.ts', import.meta.url));
  return start([main, database], {}, (line) => Number(line));
}

/**
 * Starts a built server as an operator does.
 *
 * @param checkout the folder of the repository that it is built in
 */
export async function startGrantor(
  settings: Readonly<Record<string, string>>,
  checkout = THIS_CHECKOUT,
): Promise<Program> {
  const main = join(checkout, 'packages/server/bin/grantor.js');
  const environment = { PORT: String(await freePort()), ...settings };
  return start([main, 'serve'], environment, (line) => (JSON.parse(line) as { port?: number }).port);
}

function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  portOf: (line: string) => number | undefined,
): Promise<Program> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${args.join(' ')} ended before it listened`)));
    // Read to the end: a full pipe blocks its writer.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = portOf(line);
      if (port === undefined) return;
      const running = () => child.exitCode === null && child.signalCode === null;
      resolve({ port, pid: child.pid ?? 0, running, stop: () => stop(child) });
    });
  });
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE);
  await ended;
  clearTimeout(patience);
}
