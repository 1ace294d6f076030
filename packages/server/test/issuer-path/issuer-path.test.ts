import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWithButton, HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

const path = '/tenants/ada';

describe('an issuer with a path (RFC 8414 §2, OpenID Connect Discovery 1.0 §3)', () => {
  let grantor: TestServer;
  let metadata: Record<string, unknown>;
  let host: string;
  beforeAll(async () => {
    grantor = await startServer({ path });
    host = new URL(grantor.issuer).origin;
    const response = await fetch(`${grantor.issuer}/.well-known/openid-configuration`);
    metadata = (await response.json()) as Record<string, unknown>;
  });
  afterAll(() => grantor.stop());

  it('is named exactly, and has every endpoint below its path', () => {
    expect(metadata.issuer).toBe(`${host}${path}`);
    const endpoints = Object.entries(metadata).filter(([name]) => /_endpoint$|_uri$|_iframe$/.test(name));
    expect(endpoints.length).toBeGreaterThan(4);
    for (const [, url] of endpoints) expect(String(url).startsWith(`${host}${path}/`)).toBe(true);
  });

  it.each([
    [`${path}/.well-known/openid-configuration`, 'appended (OpenID Connect Discovery 1.0 §4)'],
    [`${path}/.well-known/oauth-authorization-server`, 'appended'],
    [`/.well-known/oauth-authorization-server${path}`, 'inserted (RFC 8414 §3.1)'],
    [`/.well-known/openid-configuration${path}`, 'inserted (RFC 8414 §5)'],
    ['/.well-known/oauth-authorization-server', 'at the root of the host'],
    ['/.well-known/openid-configuration', 'at the root of the host'],
    [`${path}/oauth2/.well-known/openid-configuration`, 'below the endpoints'],
    [`${path}/oauth2/.well-known/oauth-authorization-server`, 'below the endpoints'],
  ])('has one document of metadata at %s: %s', async (address) => {
    const response = await fetch(host + address);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(metadata);
  });

  it.each([
    '/oauth2/token',
    '/signin',
    '/health',
    '/',
    '/tenants',
    '/tenants/adam/health',
    `${path}${path}/health`,
    `/.well-known/openid-configuration${path}/more`,
  ])('has no endpoint outside the path: %s', async (address) => {
    expect((await fetch(host + address)).status).toBe(404);
  });

  it('takes a user from the app through sign-in and consent to the tokens and back', async () => {
    const app = await registerApp(grantor, { scopes: ['openid', 'profile'] });
    const visited: string[] = [];
    const send = app.browser.request.bind(app.browser);
    app.browser.request = (url, init) => {
      visited.push(new URL(url).pathname);
      return send(url, init);
    };
    const tokens = await app.tokens({ scope: 'openid profile' });
    expect(visited.length).toBeGreaterThan(3);
    for (const pathname of visited) expect(pathname.startsWith(`${path}/`)).toBe(true);
    const userinfo = await app.userinfo(tokens.access_token);
    expect(await userinfo.json()).toMatchObject({ name: grantor.user.name });
    const claims = JSON.parse(Buffer.from(tokens.id_token.split('.')[1] ?? '', 'base64url').toString()) as {
      iss: string;
    };
    expect(claims.iss).toBe(grantor.issuer);
  });

  it('has forms, links and the stylesheet of its pages below its path', async () => {
    const app = await registerApp(grantor);
    const page = await new HttpBrowser().open(app.authorizationUrl());
    expect(formWithButton(page.html, 'sign-in').action).toBe(`${path}/signin`);
    const [, stylesheet = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(page.html) ?? [];
    expect(stylesheet.startsWith(`${path}/assets/`)).toBe(true);
    expect((await fetch(host + stylesheet)).headers.get('content-type')).toBe('text/css; charset=utf-8');
    const home = await new HttpBrowser().open(grantor.issuer);
    const links = [...home.html.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, href = '']) => href);
    expect(links.length).toBeGreaterThan(2);
    for (const href of links) expect((await fetch(host + href)).status).toBe(200);
    const lost = await fetch(`${grantor.issuer}/nothing`, { headers: { accept: 'text/html' } });
    expect(await lost.text()).toContain(`href="${path}/"`);
  });

  it('limits its cookies to the path (RFC 6265 §5.1.4)', async () => {
    const response = await fetch(`${grantor.issuer}/signin`);
    const cookies = response.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toContain(`; Path=${path};`);
  });

  it('gives cookies a prefix that allows a path, with TLS (RFC 6265bis §4.1.3.1)', async () => {
    for (const [issuer, expected] of [
      [
        'https://login.example.com/auth',
        /^__Secure-grantor_browser_[\w-]{6}=[\w-]+; Path=\/auth; HttpOnly; Secure;/,
      ],
      ['https://login.example.com', /^__Host-grantor_browser_[\w-]{6}=[\w-]+; Path=\/; HttpOnly; Secure;/],
    ] as const) {
      const behindProxy = await startServer({ settings: { issuer } });
      const response = await behindProxy.server.fetch(new Request(`${issuer}/signin`), {});
      const [cookie] = response.headers.getSetCookie();
      expect(cookie).toMatch(expected);
      await behindProxy.stop();
    }
  });
});
