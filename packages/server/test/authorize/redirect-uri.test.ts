import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

describe('the redirect URI of the response (RFC 6749 §3.1.2, RFC 9700 §2.1)', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  it.each([
    ['http://127.0.0.1/callback', 'http://127.0.0.1:51004/callback'],
    ['http://127.0.0.1:8000/callback', 'http://127.0.0.1:51004/callback'],
    ['http://[::1]/callback', 'http://[::1]:61023/callback'],
  ])(
    'loopback: registered %s, requested %s: every port is accepted (RFC 8252 §7.3)',
    async (registered, requested) => {
      const app = await registerApp(grantor, {
        redirectUris: [registered],
        token_endpoint_auth_method: 'none',
      });
      const callback = await app.authorize({ redirect_uri: requested });
      expect(callback.origin + callback.pathname).toBe(requested);
      const code = callback.searchParams.get('code') ?? '';
      expect((await app.exchange(code, { redirect_uri: requested })).status).toBe(200);
    },
  );

  it.each([
    ['http://127.0.0.1/callback', 'http://127.0.0.1:51004/other'],
    ['http://127.0.0.1/callback', 'http://localhost:51004/callback'],
    ['http://localhost:4200/callback', 'http://localhost:4201/callback'],
    ['https://app.example.com/callback', 'https://app.example.com:8443/callback'],
    ['https://app.example.com/callback', 'https://app.example.com/callback?x=1'],
    ['https://app.example.com/callback', 'https://app.example.com/Callback'],
    ['https://app.example.com', 'https://app.example.com/'],
  ])(
    'registered %s, requested %s: a page says what to change, and there is no redirect',
    async (registered, requested) => {
      const app = await registerApp(grantor, { redirectUris: [registered] });
      const page = await app.browser.open(app.authorizationUrl({ redirect_uri: requested }));
      expect(page.left).toBeUndefined();
      expect(page.status).toBe(400);
      expect(page.html).toContain('<code>redirect_uri</code> is not registered');
      expect(page.html).not.toContain(requested);
    },
  );

  it('an unknown or missing client gets a page and no redirect (RFC 6749 §4.1.2.1)', async () => {
    const app = await registerApp(grantor);
    for (const client_id of ['unknown', undefined]) {
      const page = await app.browser.open(app.authorizationUrl({ client_id }));
      expect(page.left).toBeUndefined();
      expect(page.status).toBe(400);
      expect(page.html).toContain('<code>client_id</code>');
    }
  });

  it('left out without openid: the first registered one is used, and the token request may leave it out', async () => {
    const app = await registerApp(grantor, {
      redirectUris: ['https://app.example.com/first', 'https://app.example.com/second'],
    });
    const callback = await app.authorize({ redirect_uri: undefined, scope: 'files:read' });
    expect(callback.origin + callback.pathname).toBe('https://app.example.com/first');
    const code = callback.searchParams.get('code') ?? '';
    expect((await app.exchange(code, { redirect_uri: undefined })).status).toBe(200);
  });

  it('left out with openid: a page says that it is required (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const app = await registerApp(grantor);
    const page = await app.browser.open(app.authorizationUrl({ redirect_uri: undefined }));
    expect(page.left).toBeUndefined();
    expect(page.html).toContain('<code>redirect_uri</code> is missing');
  });

  it('keeps the query that a redirect URI has (RFC 6749 §3.1.2)', async () => {
    const app = await registerApp(grantor, { redirectUris: ['https://app.example.com/callback?tenant=7'] });
    const callback = await app.authorize({ state: 'a&b=c d' });
    expect(callback.searchParams.get('tenant')).toBe('7');
    expect(callback.searchParams.get('state')).toBe('a&b=c d');
    expect(callback.searchParams.has('code')).toBe(true);
  });

  it('redirects to the scheme of an app (RFC 8252 §7.1)', async () => {
    const app = await registerApp(grantor, {
      redirectUris: ['com.example.app:/callback'],
      token_endpoint_auth_method: 'none',
    });
    const callback = await app.authorize();
    expect(callback.href.startsWith('com.example.app:/callback?code=')).toBe(true);
  });

  it('has the issuer in every response, also in errors (RFC 9207 §2)', async () => {
    const app = await registerApp(grantor);
    expect((await app.authorize()).searchParams.get('iss')).toBe(grantor.issuer);
    const { left } = await app.browser.open(app.authorizationUrl({ response_type: 'token' }));
    expect(left?.searchParams.get('error')).toBe('unsupported_response_type');
    expect(left?.searchParams.get('iss')).toBe(grantor.issuer);
  });

  it('responds in the fragment if response_mode requests it', async () => {
    const app = await registerApp(grantor);
    const callback = await app.authorize({ response_mode: 'fragment' });
    expect(callback.search).toBe('');
    expect(new URLSearchParams(callback.hash.slice(1)).has('code')).toBe(true);
  });

  it('accepts the request by POST too (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const app = await registerApp(grantor);
    await app.code();
    const { search, origin, pathname } = new URL(app.authorizationUrl({ state: 'posted' }));
    const page = await app.browser.open(origin + pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: search.slice(1),
    });
    expect(page.left?.searchParams.get('state')).toBe('posted');
    expect(page.left?.searchParams.has('code')).toBe(true);
  });
});
