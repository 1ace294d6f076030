import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';

describe('a response that is the same for every client', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  const assetsOf = async () => {
    const html = await (await fetch(`${grantor.issuer}/api/docs`)).text();
    return [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
  };

  it('has an ETag, and gets 304 without a body if the client sends it (RFC 9110 §15.4.5)', async () => {
    const assets = await assetsOf();
    expect(assets.length).toBeGreaterThan(1);
    const paths = ['/api/docs', '/api/openapi.json', '/oauth2/jwks', '/.well-known/openid-configuration'];
    for (const path of [...paths, ...assets]) {
      const first = await fetch(grantor.issuer + path);
      const etag = first.headers.get('etag') ?? '';
      expect([path, first.status, etag]).toEqual([path, 200, expect.stringMatching(/^"[\w-]+"$/)]);
      expect((await first.arrayBuffer()).byteLength).toBe(Number(first.headers.get('content-length')));
      const second = await fetch(grantor.issuer + path, { headers: { 'if-none-match': etag } });
      expect([path, second.status, await second.text()]).toEqual([path, 304, '']);
      expect(second.headers.get('etag')).toBe(etag);
    }
  });

  it('sets no cookie, so that a shared cache may keep it', async () => {
    const response = await fetch(`${grantor.issuer}/api/docs`);
    expect(response.headers.get('cache-control')).toContain('public');
    expect(response.headers.getSetCookie()).toEqual([]);
  });
});
