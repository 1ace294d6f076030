import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('run.ts', import.meta.url));

/** @returns the exit code and what was printed */
function exitOf(...options: readonly string[]) {
  const ended = promisify(execFile)(process.execPath, [program, ...options], { timeout: 20_000 });
  return ended.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
}

describe('npm run mutants', () => {
  it.each([
    [['--sample', 'abc'], '--sample must be a whole number above 0.'],
    [['--sample', '0'], '--sample must be a whole number above 0.'],
    [['--sample', '1.5'], '--sample must be a whole number above 0.'],
    [['--seed', ''], '--seed must be a whole number above 0.'],
    [['--file', 'no such file'], '--file matches no file of test/mutants/targets.ts.'],
    [['--unknown'], "Unknown option '--unknown'"],
  ])('exits with 2 and reports what is wrong with %j', async (options, words) => {
    const { code, stdout, stderr } = await exitOf(...options);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('lists the number of changes of --sample', async () => {
    const { code, stdout } = await exitOf('--list', '--sample', '3', '--seed', '7');
    expect({ code, lines: stdout.trim().split('\n').length }).toEqual({ code: 0, lines: 3 });
  });
});
