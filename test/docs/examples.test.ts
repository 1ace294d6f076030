import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as client from '@grantor/client';
import * as privateKeyJwt from '@grantor/client/private-key-jwt';
import * as guard from '@grantor/guard';
import * as express from '@grantor/guard/express';
import * as fastify from '@grantor/guard/fastify';
import * as hono from '@grantor/guard/hono';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = globSync('packages/{client,guard}/src/*.ts', { cwd: root }).map((path) =>
  readFileSync(root + path, 'utf8'),
);

const names = new Set(
  [client, privateKeyJwt, guard, express, fastify, hono].flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => (value.prototype instanceof Error ? [] : [name])),
  ),
);

it.each([...names])('%s, which apps and APIs call, has an example in its docstring', (name) => {
  const docstring = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\nexport function ${name}\\b`);
  const docstrings = sources.flatMap((text) => docstring.exec(text)?.[1] ?? []);
  expect(docstrings.length).toBeGreaterThan(0);
  for (const text of docstrings) expect(text).toContain('@example');
});
