import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(root + path, 'utf8');
const page = read('docs/libraries.md');

/** Each example of the page, with the file that it is a part of. */
const examples = [...page.matchAll(/<!-- (\S+) -->\n\n```\w+\n(.*?)\n```/gs)].map(
  ([, path = '', code = '']) => ({ path, code }),
);

/** The part of a program that its reader needs, without its indentation. */
function snippetOf(path: string): string {
  const [, snippet = ''] =
    /[ \t]*(?:\/\/|#) #region snippet\n(.*?)\n[ \t]*(?:\/\/|#) #endregion/s.exec(read(path)) ?? [];
  const lines = snippet.split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}

describe('docs/libraries.md', () => {
  it.each(examples)('shows $path as it is run', ({ path, code }) => {
    expect(code.length).toBeGreaterThan(100);
    expect(code).toBe(snippetOf(path));
  });

  it('has the versions that are run', () => {
    const { dependencies } = JSON.parse(read('interop/libraries/package.json')) as {
      dependencies: Record<string, string>;
    };
    const npm = ['@auth/express', 'express-openid-connect', 'next-auth', 'oidc-client-ts', 'simple-oauth2'];
    const requirements = read('interop/python/requirements.txt');
    const versions = [
      ...npm.map((name) => dependencies[name] ?? name),
      ...['Authlib', 'django-allauth', 'mozilla-django-oidc', 'social-auth-core', 'Flask'].map(
        (name) => new RegExp(`^${name}(?:\\[.*\\])?==(\\S+)$`, 'm').exec(requirements)?.[1] ?? name,
      ),
    ];
    expect(examples.length).toBeGreaterThan(10);
    expect(versions.filter((version) => !page.includes(version))).toEqual([]);
  });
});
