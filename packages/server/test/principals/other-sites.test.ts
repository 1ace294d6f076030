import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, callApi, xSignatureFor } from '../../../../test/kit/api-calls.js';
import type { HttpBrowser } from '../../../../test/kit/browser.js';
import { addApiKey } from '../../../../test/kit/callers.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addSignedInUser } from '../../../../test/kit/users.js';

/** What a page of another site has a browser do with its owner's cookies (CWE-352). */
describe('a page of another site', () => {
  let grantor: TestServer;
  let browser: HttpBrowser;
  let cookies: Record<'session' | 'signature', string>;
  let key: string;
  beforeAll(async () => {
    grantor = await startServer();
    const caller = await addSignedInUser(grantor);
    browser = caller.browser;
    ({ key } = await addApiKey(grantor, caller.user));
    const signature = await xSignatureFor(grantor, bearer(key));
    cookies = { session: caller.cookie, signature: `x-signature=${signature}` };
  });
  afterAll(() => grantor.stop());

  const app = { name: 'App', redirect_uris: ['https://app.example.com/callback'] };
  const count = async () => {
    const listed = await callApi(grantor, bearer(key), 'GET', '/clients?limit=50');
    return ((await listed.json()) as { data: unknown[] }).data.length;
  };

  const foreign: readonly (readonly [string, Record<string, string>])[] = [
    ['on another site', { 'sec-fetch-site': 'cross-site' }],
    ['on a neighbouring host', { 'sec-fetch-site': 'same-site' }],
    ['in a browser that names its origin alone', { origin: 'https://evil.example' }],
    ['without an origin to name', { origin: 'null' }],
    ['on another port of the same host', { origin: 'http://localhost:1' }],
    ['that says two things', { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' }],
    ['that says something unheard of', { 'sec-fetch-site': 'Same-Origin, cross-site' }],
  ];
  describe.each(foreign)('%s', (_, headers) => {
    it.each(['session', 'signature'] as const)('changes nothing with the cookie of the %s', async (kind) => {
      const before = await count();
      const sent = { ...headers, cookie: cookies[kind] };
      for (const [method, path] of [
        ['POST', '/clients'],
        ['POST', '/keys'],
        ['DELETE', '/keys/configured'],
        ['PATCH', '/keys/configured'],
        ['PUT', '/clients/unknown'],
      ] as const) {
        const refused = await callApi(grantor, sent, method, path, method === 'DELETE' ? undefined : app);
        expect(refused.status).toBe(403);
        expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('another site') });
      }
      expect(await count()).toBe(before);
    });
  });

  const own: readonly (readonly [string, Record<string, string>])[] = [
    ['a page of the server', { 'sec-fetch-site': 'same-origin' }],
    ['a program without a browser', {}],
    ['the address bar', { 'sec-fetch-site': 'none' }],
  ];
  it.each(own)('may be %s', async (_, headers) => {
    for (const cookie of Object.values(cookies)) {
      expect((await callApi(grantor, { ...headers, cookie }, 'POST', '/clients', app)).status).toBe(201);
    }
  });

  it('may be a page of this server in a browser that sends only its origin', async () => {
    const headers = { origin: grantor.issuer, cookie: cookies.session };
    expect((await callApi(grantor, headers, 'POST', '/clients', app)).status).toBe(201);
  });

  it('sends a form, and changes nothing', async () => {
    const before = await count();
    const sent = await browser.request(`${grantor.issuer}/api/2.0/clients`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' },
      body: JSON.stringify(app),
    });
    expect(sent.status).toBe(403);
    expect(await count()).toBe(before);
  });

  it('cannot read a response: none allows an origin', async () => {
    for (const path of ['/clients', '/keys', '/people/@self', '/security/oauth2/token']) {
      const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
      const response = await browser.request(`${grantor.issuer}/api/2.0${path}`, { headers });
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      const preflight = await fetch(`${grantor.issuer}/api/2.0${path}`, {
        method: 'OPTIONS',
        headers: { origin: 'https://evil.example', 'access-control-request-headers': 'x-signature' },
      });
      expect(preflight.headers.get('access-control-allow-headers')).toBeNull();
    }
  });

  it('may call with a key of its own, which no browser adds by itself', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://portal.example', ...bearer(key) };
    expect((await callApi(grantor, headers, 'POST', '/clients', app)).status).toBe(201);
    const signature = await xSignatureFor(grantor, bearer(key));
    const signed = { 'sec-fetch-site': 'cross-site', 'x-signature': signature, cookie: cookies.session };
    expect((await callApi(grantor, signed, 'POST', '/clients', app)).status).toBe(201);
  });
});
