import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { harmless } from './harmless.ts';
import { mutationsOf } from './mutations.ts';
import { targets } from './targets.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the list of security-critical files', () => {
  it('names files and tests that exist, each file once', () => {
    const paths = targets.flatMap(({ file, tests }) => [file, ...tests]);
    expect(paths.filter((path) => !existsSync(root + path))).toEqual([]);
    expect(new Set(targets.map(({ file }) => file)).size).toBe(targets.length);
  });

  it('gives a reason for each harmless change, which still applies to its source', () => {
    const stale = harmless.filter(
      ({ file, context, before, after }) =>
        !mutationsOf(file, readFileSync(root + file, 'utf8')).some(
          (mutation) =>
            mutation.context === context && mutation.before === before && mutation.after === after,
        ),
    );
    expect(stale).toEqual([]);
    expect(harmless.filter(({ reason }) => reason.length < 20)).toEqual([]);
  });
});
