import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What a program in another language reports, under the name of each step. */
export type Steps = Readonly<Record<string, unknown>>;

/**
 * Talks with a program of `interop/` that uses a client library of its language. It reads its settings from the
 * first line of its input, as JSON, and prints lines of JSON: `{"open": url}` where a user must go with a
 * browser, for which it reads the address of the callback; and else what it found, by step.
 *
 * @param browse goes there, and returns the address at which the browser ends up
 * @param patience after which a program that is stuck is ended, in milliseconds
 * @returns all its steps in one record
 * @throws Error with its standard error where it ends with another exit code than 0
 */
export async function converse(
  command: string,
  args: readonly string[],
  settings: Readonly<Record<string, unknown>>,
  browse: (url: string) => Promise<URL>,
  patience = 25_000,
): Promise<Steps> {
  // These libraries allow http only for tests, and those of Python need a setting for it.
  const insecure = { AUTHLIB_INSECURE_TRANSPORT: '1', OAUTHLIB_INSECURE_TRANSPORT: '1' };
  const program = spawn(command, args, {
    env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1', ...insecure },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: patience,
  });
  const ended = once(program, 'close') as Promise<[number | null]>;
  let complaint = '';
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  // One that ends early closes its input: its exit code says more than our failed write.
  program.stdin.on('error', () => {});
  program.stdin.write(`${JSON.stringify(settings)}\n`);
  const steps: Record<string, unknown> = {};
  try {
    for await (const line of createInterface({ input: program.stdout })) {
      const { open, ...found } = JSON.parse(line) as Record<string, unknown>;
      if (typeof open === 'string') program.stdin.write(`${(await browse(open)).href}\n`);
      Object.assign(steps, found);
    }
  } catch (error) {
    program.kill();
    throw error;
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${complaint}`);
  return steps;
}
