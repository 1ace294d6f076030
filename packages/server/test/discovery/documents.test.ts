import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';

describe('public documents can be cached', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  const documents = [
    ['/.well-known/openid-configuration'],
    ['/.well-known/oauth-authorization-server'],
    ['/oauth2/.well-known/openid-configuration'],
    ['/oauth2/jwks'],
    ['/.well-known/jwks.json'],
  ];
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(grantor.issuer + path, { method, headers });

  it.each(documents)(
    '%s has an ETag, and is not sent again to a client that has it (RFC 9110 §13.1.2)',
    async (path) => {
      const first = await get(path);
      const tag = first.headers.get('etag') ?? '';
      expect(tag).toMatch(/^"[\w-]{22}"$/);
      expect(first.headers.get('cache-control')).toBe('public, max-age=300');
      for (const known of [tag, `W/${tag}`, `"another", ${tag}`, '*']) {
        const again = await get(path, { 'if-none-match': known });
        expect({ known, status: again.status, body: await again.text() }).toEqual({
          known,
          status: 304,
          body: '',
        });
        // RFC 9110 §15.4.5: the headers of the full response.
        expect(again.headers.get('etag')).toBe(tag);
        expect(again.headers.get('cache-control')).toBe('public, max-age=300');
        expect(again.headers.get('access-control-allow-origin')).toBe('*');
      }
    },
  );

  it.each(documents)('%s is sent to a client with another ETag', async (path) => {
    for (const known of ['"another"', 'nonsense', '""', ', ,']) {
      const response = await get(path, { 'if-none-match': known });
      expect(response.status).toBe(200);
      expect(await response.json()).toBeTypeOf('object');
    }
  });

  it.each(documents)('%s responds to HEAD with its headers only (RFC 9110 §9.3.2)', async (path) => {
    const [whole, head] = [await get(path), await get(path, {}, 'HEAD')];
    expect(await head.text()).toBe('');
    for (const name of ['etag', 'cache-control', 'content-type']) {
      expect(head.headers.get(name)).toBe(whole.headers.get(name));
    }
  });
});
