import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';

const origin = 'https://elsewhere.example';

describe('the management API (Fetch §3.3)', () => {
  let grantor: TestServer;
  let asked: { method: string; path: string }[];
  beforeAll(async () => {
    grantor = await startServer();
    const document = (await (await fetch(`${grantor.issuer}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    asked = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((name) => ['get', 'post', 'put', 'patch', 'delete'].includes(name))
        .map((method) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, 'some-id') })),
    );
  });
  afterAll(() => grantor.stop());

  const namesOf = (response: Response) =>
    [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));

  it('lets scripts of other origins read no response, whether or not they have a key', async () => {
    expect(asked.length).toBeGreaterThan(20);
    for (const { method, path } of asked) {
      for (const headers of [{}, { authorization: `Bearer ${grantor.apiKey}` }]) {
        const response = await fetch(grantor.issuer + path, { method, headers: { origin, ...headers } });
        expect({ method, path, names: namesOf(response) }).toEqual({ method, path, names: [] });
      }
    }
  });

  it('allows no preflight, so that browsers send no change at all', async () => {
    for (const { method, path } of asked) {
      const response = await fetch(grantor.issuer + path, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization,content-type,x-signature',
        },
      });
      expect({ method, path, names: namesOf(response) }).toEqual({ method, path, names: [] });
    }
  });
});
