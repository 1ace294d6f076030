import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compatibilitySettings } from '../../packages/server/src/clients/compatibility.js';
import { clientChangesSchema, newClientSchema } from '../../packages/server/src/clients/metadata.js';
import { environmentVariables } from '../../packages/server/src/config/config.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The names in backticks in the first column of a document's tables. */
function firstColumn(markdown: string): string[] {
  return [...markdown.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
}

it('names every setting of the server, and no other, in docs/running.md', () => {
  // The security settings are in two tables: the list of all settings, and the table with advice.
  const named = new Set(firstColumn(read('docs/running.md')));
  expect([...named].toSorted()).toEqual(Object.values(environmentVariables).toSorted());
});

it('names every compatibility setting, and no other, in docs/compatibility.md', () => {
  const named = firstColumn(read('docs/compatibility.md'));
  expect(named.toSorted()).toEqual(Object.keys(compatibilitySettings).toSorted());
});

it('names every field of a client, and no other, in docs/clients-api.md', () => {
  const [, fields = ''] = read('docs/clients-api.md').split('## Fields');
  const known = new Set([...Object.keys(newClientSchema.shape), ...Object.keys(clientChangesSchema.shape)]);
  expect(firstColumn(fields).toSorted()).toEqual([...known].toSorted());
});

it('has every folder of the server on the map in CONTRIBUTING.md', () => {
  const folders = readdirSync(new URL('../../packages/server/src/', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`);
  expect(folders.filter((folder) => !read('CONTRIBUTING.md').includes(` ${folder}`))).toEqual([]);
});

it.each([
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('../../docs/', import.meta.url))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
])('has no link to a missing file in %s', (path) => {
  const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([]);
});
