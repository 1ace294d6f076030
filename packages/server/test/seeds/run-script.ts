import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pythonEnvironment } from '../../../../test/kit/python.js';

const run = promisify(execFile);
const here = (name: string) => fileURLToPath(new URL(`scripts/${name}`, import.meta.url));

/** What runs a script, by its language: `mjs` with this Node, `py` with a Python that has `requests`. */
export const languages = ['mjs', 'py'] as const;

/** What a program printed of one call. */
export interface Step {
  readonly step: string;
  readonly status?: number;
  readonly url?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/**
 * Runs one of the programs.
 *
 * @param environment its constants
 * @returns what it printed, by step
 * @throws Error with its output where it ends with another exit code than 0
 */
export async function runScript(
  name: string,
  language: (typeof languages)[number],
  environment: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, Step>>> {
  const interpreter =
    language === 'py' ? await pythonEnvironment(here('requirements.txt')) : process.execPath;
  const { stdout } = await run(interpreter, [here(`${name}.${language}`)], {
    env: { PATH: process.env.PATH, ...environment },
  });
  const steps = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Step);
  return Object.fromEntries(steps.map((step) => [step.step, step]));
}
