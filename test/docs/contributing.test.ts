import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where the paths of a section begin, first match first. */
const bases = ['packages/server/src', 'packages/server/src/storage', 'packages/server', '.'];

const sections = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  .split(/^## /m)
  .filter((section) => section.startsWith('Adding '))
  .map((section) => {
    const [title = '', ...lines] = section.split('\n');
    return { title, text: lines.join('\n') };
  });

const codeOf = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** A path with a placeholder is of a file that is to be written. */
const isPath = (code: string) => /^[\w./-]+$/.test(code) && /\/|\.tsx?$/.test(code);

function locate(path: string): string | undefined {
  return bases.map((base) => join(root, base, path)).find((candidate) => existsSync(candidate));
}

/** All words of the source files in a folder. */
function wordsOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => readFileSync(join(root, folder, name), 'utf8').match(/\w+/g) ?? []);
}

const words = new Set([...wordsOf('packages/server/src'), ...wordsOf('packages/client/src')]);

/** The name of a type, a function or a field. */
const nameOf = (code: string) => /^([A-Za-z][A-Za-z0-9]*)(?:\(\))?$/.exec(code)?.[1];

it.each([
  'a grant type',
  'a client authentication method',
  'an endpoint',
  'a destination of authorization responses',
  'a table column',
  'a way to sign in',
])('CONTRIBUTING.md lists the files of adding %s', (what) =>
  expect(sections.map(({ title }) => title)).toContain(`Adding ${what}`),
);

describe.each(sections)('“$title” in CONTRIBUTING.md', ({ text }) => {
  it('names files and folders that exist', () => {
    const missing = codeOf(text)
      .filter(isPath)
      .filter((path) => locate(path) === undefined);
    expect(missing).toEqual([]);
  });

  it('names types, functions and fields that exist', () => {
    const missing = codeOf(text)
      .flatMap((code) => nameOf(code) ?? [])
      .filter((name) => !words.has(name));
    expect(missing).toEqual([]);
  });
});
