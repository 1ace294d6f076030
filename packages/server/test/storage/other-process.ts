import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A task of the other process; see `other-process.main.ts`. */
export type Task =
  | { readonly redeem: readonly { hash: string; grantId: string }[]; readonly now: number }
  | { readonly holdWriteLock: string };

/** A store in a process of its own. */
export interface OtherProcess {
  /** Resolves when the store of the other process is open. */
  ready(): Promise<void>;
  /** Resolves with the first result of the other process. */
  ask(task: Task): Promise<readonly string[]>;
  /** Stops the process. */
  stop(): Promise<void>;
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Starts a process that opens a store on the same database. */
export function startProcess(url: string): OtherProcess {
  const child = spawn(
    process.execPath,
    ['--import', here('../../../../test/kit/run-sources.mjs'), here('other-process.main.ts'), url],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += String(chunk);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`The other process ended early: ${complaints}`);
    return JSON.parse(line.value) as string[];
  };
  return {
    async ready() {
      await nextLine();
    },
    async ask(task) {
      child.stdin.write(`${JSON.stringify(task)}\n`);
      return nextLine();
    },
    async stop() {
      child.stdin.end();
      await ended;
      if (child.exitCode !== 0) throw new Error(`The other process failed: ${complaints}`);
    },
  };
}
