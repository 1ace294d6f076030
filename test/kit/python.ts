import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { acquireLock } from './lock.js';

const run = promisify(execFile);

/** What `run.sh` of a Python sample leaves behind, too: the requirements that are installed. */
const MARKER = 'installed-requirements.txt';

/** How long the installation may take on a busy machine, in milliseconds. */
export const INSTALLING = 400_000;

/**
 * A virtual environment beside a requirements file, in `.venv`. One that is there and has these requirements is
 * used as it is; otherwise it is installed again, from PyPI.
 *
 * @param requirementsPath of the `requirements.txt`
 * @returns the path of the environment's Python
 * @throws Error with the output of `venv` or `pip`; a test without its Python fails, it never skips
 */
export async function pythonEnvironment(requirementsPath: string): Promise<string> {
  const folder = dirname(requirementsPath);
  const environment = join(folder, '.venv');
  const python = join(environment, 'bin', 'python');
  const marker = join(environment, MARKER);
  const release = await acquireLock(`python-${basename(folder)}`);
  try {
    const wanted = await readFile(requirementsPath, 'utf8');
    const installed = await readFile(marker, 'utf8').catch(() => undefined);
    if (installed === wanted && (await responses(python))) return python;
    await run('python3', ['-m', 'venv', '--clear', environment]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirementsPath]);
    await copyFile(requirementsPath, marker);
    return python;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`There is no virtual environment for ${requirementsPath}. ${reason}`, { cause: error });
  } finally {
    await release();
  }
}

/** Whether it still runs: the Python it was made from may be gone. */
async function responses(python: string): Promise<boolean> {
  return run(python, ['--version']).then(
    () => true,
    () => false,
  );
}
