import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePorts } from './free-ports.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The command as it is built: what `npm start` and `npx grantor` run. */
export const grantorBin = fileURLToPath(new URL('../../packages/server/bin/grantor.js', import.meta.url));

/** How long a process may take to become ready or to end, in milliseconds. */
const PATIENCE = 60_000;

/** How a process ended, and all that it said. */
export interface EndedProcess {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** A program that was started and will be ended, by its own id. */
export class TestProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<EndedProcess>;
  readonly #watchers = new Set<() => void>();
  stdout = '';
  stderr = '';
  #over = false;

  /**
   * @param env all that it gets of an environment, beside PATH: nothing of the test's own settings
   */
  constructor(command: string, args: readonly string[], env: Environment = {}, cwd: string = root) {
    const { PATH = '', HOME = '', TMPDIR } = process.env;
    this.#child = spawn(command, args, {
      cwd,
      env: { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        this[stream] += text;
        this.#tell();
      });
    }
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => {
        this.#over = true;
        this.#tell();
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
    this.#ended.catch(() => {});
  }

  /** `grantor` with these arguments, on the Node that runs the tests. */
  static grantor(args: readonly string[], env: Environment = {}, cwd: string = root): TestProcess {
    return new TestProcess(process.execPath, [grantorBin, ...args], env, cwd);
  }

  /**
   * Waits until it has printed this.
   *
   * @throws Error with its output, where it ends before
   */
  async untilPrinted(pattern: RegExp, to: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const found = pattern.exec(this[to]);
      if (found !== null) return found;
      if (this.#over) throw new Error(`It ended before it was ready: ${this.stdout}${this.stderr}`);
      if (Date.now() > deadline) throw new Error(`It never printed ${pattern}: ${this.stdout}${this.stderr}`);
      await this.#somethingNew(deadline - Date.now());
    }
  }

  /** Sends a signal and does not wait. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /**
   * Waits until it has ended by itself.
   *
   * @param patience how long it may take, in milliseconds
   */
  async ended(patience = PATIENCE): Promise<EndedProcess> {
    const late = setTimeout(() => this.#child.kill('SIGKILL'), patience);
    try {
      return await this.#ended;
    } finally {
      clearTimeout(late);
    }
  }

  /** Asks it to end, and waits until it has. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<EndedProcess> {
    this.#child.kill(signal);
    return this.ended();
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #somethingNew(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#watchers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#watchers.add(done);
    });
  }
}

/** Runs `grantor` to its end. */
export function runGrantor(
  args: readonly string[],
  env: Environment = {},
  cwd?: string,
): Promise<EndedProcess> {
  return TestProcess.grantor(args, env, cwd).ended();
}

/**
 * Starts something on free ports, and on others where one of them was taken meanwhile.
 *
 * @param start resolves once it is ready; rejects with an error that has the word of the system otherwise
 */
export async function onFreePorts<T>(
  count: number,
  start: (ports: readonly number[]) => Promise<T>,
  attempts = 5,
): Promise<T> {
  try {
    return await start(await freePorts(count));
  } catch (error) {
    if (attempts === 1 || !(error instanceof Error) || !/\bin use\b/.test(error.message)) throw error;
    return onFreePorts(count, start, attempts - 1);
  }
}

/** What `grantor dev` prints with `--json`. */
export interface DevAddresses {
  readonly issuer: string;
  readonly app: string;
  readonly api: string;
  readonly person: { readonly username: string; readonly password: string };
  readonly apiKey: string;
}

/** Starts `grantor dev` on free ports, with its data in the folder. */
export function startDev(
  folder: string,
  env: Environment = {},
): Promise<DevAddresses & { process: TestProcess }> {
  return onFreePorts(3, async ([port, appPort, apiPort]) => {
    const args = ['dev', '--json', '--data', folder, '--app-port', `${appPort}`, '--api-port', `${apiPort}`];
    const process = TestProcess.grantor(args, { PORT: `${port}`, ...env });
    const [line] = await process.untilPrinted(/^\{.*"apiKey".*\}$/m);
    return { ...(JSON.parse(line) as DevAddresses), process };
  });
}

/** Starts `grantor serve` on a free port; with `--data` for its folder where one is given. */
export function startServe(
  env: Environment,
  folder?: string,
): Promise<{ issuer: string; port: number; process: TestProcess }> {
  return onFreePorts(1, async ([port]) => {
    const args = folder === undefined ? ['serve'] : ['serve', '--data', folder];
    const process = TestProcess.grantor(args, { PORT: `${port}`, ...env });
    await process.untilPrinted(/"listening"/);
    return { issuer: `http://localhost:${port}`, port: port ?? 0, process };
  });
}
