import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How long a program may take to end before it is killed, in milliseconds. */
const STOP_PATIENCE = 30_000;

/** A server under load, in a process of its own. */
export interface Program {
  readonly port: number;
  readonly pid: number;
  running(): boolean;
  /** Asks it to end with SIGTERM, and waits until it has. */
  stop(): Promise<void>;
}

/** @param database where it keeps its rows */
export function startFloor(database: string): Promise<Program> {
  const main = fileURLToPath(new URL('./floor.ts', import.meta.url));
  return start([main, database], {}, (line) => Number(line));
}

/** The built server, as an operator runs it. */
export async function startGrantor(settings: Readonly<Record<string, string>>): Promise<Program> {
  const main = fileURLToPath(new URL('../packages/server/bin/grantor.js', import.meta.url));
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
    // Read to the end, since a pipe that nobody reads holds its writer up.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = portOf(line);
      if (port === undefined) return;
      const running = () => child.exitCode === null && child.signalCode === null;
      resolve({ port, pid: child.pid ?? 0, running, stop: () => stop(child) });
    });
  });
}

/** A port that nobody has right now. */
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
