import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePorts } from '../test/kit/free-ports.js';
import { acquireLock } from '../test/kit/lock.js';

const folder = fileURLToPath(new URL('libraries/', import.meta.url));

/** An app of `interop/libraries`, which a user signs in to with a browser. */
export interface LibraryApp {
  readonly url: string;
  stop(): Promise<void>;
}

/** Installs what `interop/libraries/package-lock.json` names, unless it is there. */
export async function installLibraries(): Promise<void> {
  const marker = `${folder}node_modules/.installed`;
  const release = await acquireLock('libraries');
  try {
    const wanted = await readFile(`${folder}package-lock.json`, 'utf8');
    if ((await readFile(marker, 'utf8').catch(() => undefined)) === wanted) return;
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
    await writeFile(marker, wanted);
  } finally {
    await release();
  }
}

/** @returns an address that a library's app may listen at, to be registered first */
export async function freeAddress(): Promise<string> {
  const [port] = await freePorts(1);
  return `http://localhost:${port}`;
}

/**
 * Starts an app and waits until it listens.
 *
 * @param command with its arguments
 * @param settings its environment: `ISSUER`, `CLIENT_ID`, `CLIENT_SECRET`
 * @param url where it listens
 * @throws Error with its standard error where it ends instead
 */
export async function startLibraryApp(
  [command, ...args]: readonly [string, ...string[]],
  settings: Readonly<Record<string, string>>,
  url: string,
): Promise<LibraryApp> {
  const program = spawn(command, args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PYTHONDONTWRITEBYTECODE: '1',
      OAUTHLIB_INSECURE_TRANSPORT: '1',
      AUTHLIB_INSECURE_TRANSPORT: '1',
      ...settings,
      APP_URL: url,
      PORT: new URL(url).port,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(program, 'close');
  let complaint = '';
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const ready = once(createInterface({ input: program.stdout }), 'line');
  const outcome = await Promise.race([ready.then(() => 'ready'), ended.then(() => 'ended')]);
  if (outcome === 'ended') throw new Error(`${args.join(' ')} ended: ${complaint}`);
  return {
    url,
    async stop() {
      program.kill();
      await ended;
    },
  };
}
