import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../node_modules/.cache/grantor', import.meta.url));

/** What `run.sh` of a Python sample leaves behind, too: the requirements that are installed. */
const MARKER = 'installed-requirements.txt';

/** What making one may take on a machine that has other things to do, in milliseconds. */
export const INSTALLING = 400_000;

/**
 * A virtual environment beside a requirements file, in `.venv`. One that is there and has these requirements is
 * used as it is; else it is made anew, from PyPI.
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
    if (installed === wanted && (await answers(python))) return python;
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
async function answers(python: string): Promise<boolean> {
  return run(python, ['--version']).then(
    () => true,
    () => false,
  );
}

/** Lets one test file at a time in, as several may ask at once; a lock whose process has ended counts for nothing. */
async function acquireLock(name: string): Promise<() => Promise<void>> {
  const lock = join(cache, `${name}.lock`);
  await mkdir(cache, { recursive: true });
  for (;;) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      return () => rm(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (holder > 0 && !isRunning(holder)) await rm(lock, { force: true });
    else await setTimeout(100);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
