import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const page = read('docs/interop.md');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()));
/** The version that the page has for a client, by its name. */
const versions = new Map(
  rows.map(([, name = '', version = '']) => [name.replaceAll('`', ''), version] as const),
);

const { packages } = JSON.parse(read('package-lock.json')) as {
  packages: Record<string, { version?: string }>;
};
/** Each client from npm that a test imports or runs. */
const npmClients = [
  'openid-client',
  'oauth4webapi',
  '@modelcontextprotocol/sdk',
  '@modelcontextprotocol/conformance',
];
const requirements = [...read('interop/python/requirements.txt').matchAll(/^([\w-]+)(?:\[.*\])?==(\S+)$/gm)];
const modules = [...read('interop/go/go.mod').matchAll(/^\t(\S+) (v\S+)$/gm)];

describe('docs/interop.md', () => {
  it.each(npmClients)('has the version of %s that package-lock.json has', (name) => {
    expect(versions.get(name)).toBe(packages[`node_modules/${name}`]?.version);
  });

  it.each(requirements.filter(([, name]) => name !== 'requests').map(([, name, version]) => [name, version]))(
    'has the version of %s that requirements.txt has: %s',
    (name = '', version = '') => {
      const beside = new RegExp(`\`${name}\`(?: \\| | )${version}[^.\\d]`);
      expect(page).toMatch(beside);
    },
  );

  it.each(modules.map(([, name, version]) => [name, version]))(
    'has the version of %s that go.mod has: %s',
    (name = '', version = '') => {
      expect(versions.get(name)).toBe(version);
    },
  );

  it('reads versions from all three of them', () => {
    expect(requirements.length).toBeGreaterThan(2);
    expect(modules).toHaveLength(2);
  });

  it('names every test of interop, and no other', () => {
    const named = new Set([...page.matchAll(/\]\(\.\.\/(interop\/\S+?)\)/g)].map(([, path = '']) => path));
    const tests = readdirSync(join(root, 'interop'))
      .filter((name) => name.endsWith('.test.ts') && name !== 'table.test.ts')
      .map((name) => `interop/${name}`);
    expect(named).toEqual(new Set(tests));
    for (const path of named) expect(existsSync(join(root, path))).toBe(true);
  });
});
