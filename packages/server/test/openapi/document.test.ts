import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { openApiDocument } from '../../src/api/openapi/document.js';
import type { OpenApiDocument, OperationObject } from '../../src/api/openapi/openapi-types.js';
import { defineOperation, type Operation } from '../../src/api/operation.js';
import { plainFieldProblems } from '../../src/api/problem.js';
import { version } from '../../src/version.js';

let grantor: TestServer;
let document: OpenApiDocument;
beforeAll(async () => {
  grantor = await startServer();
  document = (await (await fetch(`${grantor.issuer}/api/openapi.json`)).json()) as OpenApiDocument;
});
afterAll(() => grantor.stop());

/** Every operation with its place, `GET /api/2.0/clients`. */
function operations(): readonly (readonly [string, OperationObject])[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
}

/** What a reference within the document leads to; undefined where it leads nowhere. */
function resolve(reference: string): unknown {
  return reference
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>(
      (found, part) =>
        typeof found === 'object' && found !== null && Object.hasOwn(found, part)
          ? Reflect.get(found, part)
          : undefined,
      document,
    );
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  );
}

describe('the OpenAPI document', () => {
  it('has version 3.1, the issuer and the release of the server, and needs no authentication', async () => {
    const response = await fetch(`${grantor.issuer}/api/openapi.json`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Grantor management API', version },
      servers: [{ url: grantor.issuer }],
    });
  });

  it('gets 304 with its entity tag (RFC 9110 §15.4.5)', async () => {
    const first = await fetch(`${grantor.issuer}/api/openapi.json`);
    expect(first.headers.get('cache-control')).toBe('public, max-age=300');
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(`${grantor.issuer}/api/openapi.json`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('has a unique ID, a listed tag and a response for each operation', () => {
    const names = operations().map(([, { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(8);
    const chapters = document.tags.map(({ name }) => name);
    for (const [place, { tags, responses, summary }] of operations()) {
      expect([place, tags.every((tag) => chapters.includes(tag)), summary.length > 0]).toEqual([
        place,
        true,
        true,
      ]);
      expect([place, Object.keys(responses).filter((status) => /^[23]/.test(status))]).not.toEqual([
        place,
        [],
      ]);
      // Every operation may meet a database that is not available; no other failure is part of the contract.
      expect([place, Object.keys(responses).filter((status) => status.startsWith('5'))]).toEqual([
        place,
        ['503'],
      ]);
    }
  });

  it('declares every path parameter, and no parameter twice', () => {
    for (const [place, { parameters = [] }] of operations()) {
      const inPath = [...place.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((parameter) => parameter.in === 'path');
      expect([place, declared.map(({ name }) => name)]).toEqual([place, inPath]);
      expect([place, declared.every(({ required }) => required)]).toEqual([place, true]);
      const all = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
      expect([place, new Set(all).size]).toEqual([place, all.length]);
    }
  });

  it('has no two paths that differ only in the names of their parameters', () => {
    const shapes = Object.keys(document.paths).map((path) => path.replaceAll(/\{\w+\}/g, '{}'));
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  it('has no dangling reference and no unused component', () => {
    const references = new Set(referencesIn(document));
    expect([...references].filter((reference) => resolve(reference) === undefined)).toEqual([]);
    const components = ['schemas', 'responses', 'headers'] as const;
    const named = components.flatMap((kind) =>
      Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`),
    );
    expect(named.filter((name) => !references.has(name))).toEqual([]);
  });

  it('has no name that requests and responses use for different schemas', () => {
    // The generator would add this suffix.
    expect(Object.keys(document.components.schemas).filter((name) => name.endsWith('Output'))).toEqual([]);
  });

  it('declares the credentials of every operation, with existing scopes only', () => {
    const { securitySchemes } = document.components;
    const flow = securitySchemes.oauth2?.flows as { authorizationCode: { scopes: object } };
    for (const [place, { security }] of operations()) {
      for (const way of security) {
        expect([place, Object.keys(way).every((name) => Object.hasOwn(securitySchemes, name))]).toEqual([
          place,
          true,
        ]);
        const scopes = (way.oauth2 ?? []).filter((scope) => scope.startsWith('grantor.'));
        expect([
          place,
          scopes.filter((scope) => !Object.hasOwn(flow.authorizationCode.scopes, scope)),
        ]).toEqual([place, []]);
      }
    }
  });

  it('describes an app as the server responds, and lists apps without secrets', async () => {
    await grantor.register({ redirect_uris: ['https://app.example/callback'] });
    const listed = (await (await grantor.api('GET', '/clients')).json()) as { data: object[] };
    const { Client } = document.components.schemas;
    const [client = {}] = listed.data;
    expect((Client?.required ?? []).filter((field) => !Object.hasOwn(client, field))).toEqual([]);
    expect(Object.keys(Client?.properties ?? {})).not.toContain('client_secret');
  });

  it('does not depend on the state of the server or on the caller', async () => {
    const known = await fetch(`${grantor.issuer}/api/openapi.json`, {
      headers: { authorization: `Bearer ${grantor.apiKey}` },
    });
    expect(await known.json()).toEqual(document);
    expect(JSON.stringify(document)).not.toContain(grantor.apiKey);
  });
});

it('has the path of the issuer in its URLs', async () => {
  const below = await startServer({ path: '/auth' });
  try {
    const response = await fetch(`${below.issuer}/api/openapi.json`);
    const { servers, components } = (await response.json()) as OpenApiDocument;
    expect(servers).toEqual([{ url: below.issuer }]);
    expect(components.securitySchemes.oauth2).toMatchObject({
      flows: { authorizationCode: { tokenUrl: `${below.issuer}/oauth2/token` } },
    });
  } finally {
    await below.stop();
  }
});

it('cannot be built if two different schemas have the same name', () => {
  const withResponse = (id: string, fields: z.ZodRawShape) =>
    defineOperation({
      id,
      method: 'GET',
      paths: [`/${id}`],
      tag: 'Apps',
      summary: id,
      access: 'anyone',
      responses: { 200: { description: id, schema: z.object(fields).meta({ id: 'SameName' }) } },
      handle: () => ({ kind: 'json', status: 200, body: '{}' }),
    });
  const build = (...described: readonly Operation[]) =>
    openApiDocument(described, {
      server: '/',
      version,
      otherSchemes: {},
      fieldProblems: plainFieldProblems,
    });
  const one = withResponse('one', { one: z.string() });
  expect(Object.keys(build(one).components.schemas)).toContain('SameName');
  expect(() => build(one, withResponse('other', { other: z.string() }))).toThrow('SameName');
});
