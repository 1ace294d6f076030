import { afterEach, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { type ServerOptions, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

describe('the limits of token, authorization and introspection endpoints', () => {
  let grantor: TestServer;
  afterEach(() => grantor.stop());
  const start = async (settings: ServerOptions['settings'] = {}) => {
    grantor = await startServer({ settings: { trustedProxies: 1, ...settings } });
  };
  const post = (path: string, address: string, fields: Record<string, string>) =>
    fetch(`${grantor.issuer}${path}`, {
      method: 'POST',
      headers: { 'x-forwarded-for': address },
      body: new URLSearchParams(fields),
    });
  const statusesOf = async (count: number, ask: () => Promise<Response>) => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index += 1) statuses.push((await ask()).status);
    return statuses;
  };

  it('respond with 429 and Retry-After past the limit of an address', async () => {
    await start({ tokenRequestsPerMinutePerAddress: 2, introspectionsPerMinutePerAddress: 2 });
    for (const path of ['/oauth2/token', '/oauth2/introspect']) {
      const ask = () => post(path, '203.0.113.1', { client_id: 'unknown', token: 'unknown' });
      expect(await statusesOf(2, ask)).toEqual([401, 401]);
      const refused = await ask();
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' });
      expect((await post(path, '203.0.113.2', { client_id: 'unknown' })).status).toBe(401);
    }
  });

  it('count an authenticated client over all addresses, and no unauthenticated request in its name', async () => {
    await start({ tokenRequestsPerMinutePerClient: 2, introspectionsPerMinutePerClient: 1 });
    const app = await registerApp(grantor);
    const wrong = () => post('/oauth2/token', '203.0.113.1', { client_id: app.id, client_secret: 'wrong' });
    expect(await statusesOf(4, wrong)).toEqual([401, 401, 401, 401]);
    const right = (address: string) =>
      post('/oauth2/token', address, { client_id: app.id, client_secret: app.secret ?? '' });
    expect((await right('203.0.113.2')).status).toBe(400);
    expect((await right('203.0.113.3')).status).toBe(400);
    expect((await right('203.0.113.4')).status).toBe(429);
    const introspect = () =>
      post('/oauth2/introspect', '203.0.113.4', {
        client_id: app.id,
        client_secret: app.secret ?? '',
        token: 'x',
      });
    expect(await statusesOf(2, introspect)).toEqual([200, 429]);
  });

  it('count a public client separately for each address', async () => {
    await start({ tokenRequestsPerMinutePerClient: 1 });
    const { client_id: id } = await grantor.register({
      redirect_uris: ['https://app.example.com/callback'],
      token_endpoint_auth_method: 'none',
    });
    const ask = (address: string) => post('/oauth2/token', address, { client_id: id });
    expect((await ask('203.0.113.1')).status).toBe(400);
    expect((await ask('203.0.113.1')).status).toBe(429);
    expect((await ask('203.0.113.2')).status).toBe(400);
  });

  it('show a page at the authorization endpoint, counted by address and by client of an address', async () => {
    await start({ authorizationsPerMinutePerAddress: 3, authorizationsPerMinutePerClient: 2 });
    const [app, other] = [await registerApp(grantor), await registerApp(grantor)];
    const open = (address: string, url: string) =>
      new HttpBrowser({ 'x-forwarded-for': address }).request(url);
    const statuses = [];
    for (const url of [app, app, app, other].map((each) => each.authorizationUrl())) {
      statuses.push((await open('203.0.113.1', url)).status);
    }
    expect(statuses.map((status) => status === 429)).toEqual([false, false, true, true]);
    const refused = await open('203.0.113.1', app.authorizationUrl());
    expect(refused.headers.get('content-type')).toContain('text/html');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await open('203.0.113.2', app.authorizationUrl())).status).not.toBe(429);
  });

  it('are off if they are set to 0', async () => {
    await start({ tokenRequestsPerMinutePerAddress: 0, tokenRequestsPerMinutePerClient: 0 });
    expect(grantor.server.memory.list().filter(({ name }) => name.startsWith('token requests'))).toEqual([]);
  });
});
