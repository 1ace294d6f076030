import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';

const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>';

describe('the URL of a logo', () => {
  let grantor: TestServer;
  let id: string;
  beforeAll(async () => {
    grantor = await startServer();
    ({ client_id: id } = await grantor.register({ redirectUris: ['https://app.example.com/cb'] }));
    await grantor.server.store.clients.update(id, {
      logo: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
      updatedAt: 1,
    });
  });
  afterAll(() => grantor.stop());

  it('responds with the picture, under headers that forbid scripts and other resources', async () => {
    const response = await fetch(`${grantor.issuer}/logos/${id}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/svg+xml');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
    expect(await response.text()).toBe(svg);
  });

  it('responds with 304 to a client that has it already (RFC 9110 §13.1.2)', async () => {
    const etag = (await fetch(`${grantor.issuer}/logos/${id}`)).headers.get('etag') ?? '';
    const again = await fetch(`${grantor.issuer}/logos/${id}`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  it.each(['unknown', '%00', '%FF', '..%2f..', 'a'.repeat(200)])('has no logo of %s', async (name) => {
    expect((await fetch(`${grantor.issuer}/logos/${name}`)).status).toBe(404);
  });
});
