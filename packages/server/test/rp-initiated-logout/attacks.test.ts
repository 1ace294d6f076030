import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWithButton, HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import {
  form,
  type RequestParameters,
  registerApp,
  type TestApp,
  type TestTokens,
} from '../../../../test/kit/test-app.js';
import { addUser } from '../../../../test/kit/users.js';

const goodbye = 'https://app.example.com/goodbye';

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer();
});
afterAll(() => grantor.stop());

const register = () => registerApp(grantor, { post_logout_redirect_uris: [goodbye] });

const logout = (app: TestApp, parameters: RequestParameters, browser = app.browser) =>
  browser.open(`${app.at}/oauth2/logout?${form(parameters).toString()}`);

async function isSignedIn(app: TestApp): Promise<boolean> {
  const { left } = await app.browser.open(app.authorizationUrl({ prompt: 'none' }));
  return left?.searchParams.get('error') !== 'login_required';
}

/** Expects a page with the error and the question, which does not redirect, also after the user signs out. */
async function expectRefusedWithWayOut(app: TestApp, page: OpenedPage, error: string, names: string) {
  expect({ status: page.status, left: page.left }).toEqual({ status: 400, left: undefined });
  expect(page.html).toContain(`<code>${error}</code>`);
  expect(page.html).toContain(names);
  expect(await isSignedIn(app)).toBe(true);
  const ended = await app.browser.submit(page, 'sign-out');
  expect({ left: ended.left, hasLink: /<a /.test(ended.html) }).toEqual({ left: undefined, hasLink: false });
  expect(await isSignedIn(app)).toBe(false);
}

describe('open redirect at logout (CVE-2024-25715)', () => {
  const bad: readonly string[] = [
    'https://evil.example/',
    `${goodbye}/`,
    `${goodbye}?next=https://evil.example/`,
    `${goodbye}#x`,
    `${goodbye}%2f..`,
    'https://app.example.com/goodbye/../evil',
    'https://APP.example.com/goodbye',
    'https://app.example.com:443/goodbye',
    'https://app.example.com@evil.example/goodbye',
    'https://app.example.com.evil.example/goodbye',
    'https://app.example.com',
    'http://app.example.com/goodbye',
    '//evil.example/goodbye',
    '/\\evil.example',
    'javascript:alert(1)',
    'data:text/html,hi',
    'https://app.example.com/callback',
  ];

  it.each(bad)('refuses %s with an ID token of this session, and does not sign the user out', async (uri) => {
    const app = await register();
    const { id_token } = await app.tokens();
    const page = await logout(app, { id_token_hint: id_token, post_logout_redirect_uri: uri, state: 's' });
    await expectRefusedWithWayOut(app, page, 'invalid_request', 'post_logout_redirect_uri');
  });

  it.each(bad)('refuses %s if no user is signed in', async (uri) => {
    const app = await register();
    const page = await logout(app, { client_id: app.id, post_logout_redirect_uri: uri });
    expect({ status: page.status, left: page.left }).toEqual({ status: 400, left: undefined });
    expect(page.html).not.toMatch(/<a |<form|http-equiv|<script/);
  });

  it('refuses the URI of another app', async () => {
    const app = await register();
    const other = await registerApp(grantor, { post_logout_redirect_uris: ['https://other.example/bye'] });
    const { id_token } = await app.tokens();
    const page = await logout(app, {
      id_token_hint: id_token,
      post_logout_redirect_uri: 'https://other.example/bye',
    });
    await expectRefusedWithWayOut(app, page, 'invalid_request', 'post_logout_redirect_uri');
    expect(other.id).not.toBe(app.id);
  });

  it('refuses a hint of one app with the client_id and URI of another (§2)', async () => {
    const app = await register();
    const other = await registerApp(grantor, { post_logout_redirect_uris: ['https://other.example/bye'] });
    const { id_token } = await app.tokens();
    const page = await logout(app, {
      id_token_hint: id_token,
      client_id: other.id,
      post_logout_redirect_uri: 'https://other.example/bye',
    });
    await expectRefusedWithWayOut(app, page, 'invalid_request', 'client_id');
  });

  it('refuses a URI without hint and client_id (§3)', async () => {
    const app = await register();
    await app.tokens();
    const page = await logout(app, { post_logout_redirect_uri: goodbye });
    await expectRefusedWithWayOut(app, page, 'invalid_request', 'id_token_hint');
  });

  it.each<[string, (app: TestApp, tokens: TestTokens) => RequestParameters, string]>([
    ['the hint is nonsense', () => ({ id_token_hint: 'a.b.c' }), 'id_token_hint'],
    ['the client is unknown', () => ({ client_id: 'unknown' }), 'client_id'],
    [
      'the client is not the one of the hint (§2)',
      (_app, { id_token }) => ({ id_token_hint: id_token, client_id: 'unknown' }),
      'client_id',
    ],
  ])('does not redirect after an error: %s', async (_what, parameters, names) => {
    const app = await register();
    const tokens = await app.tokens();
    const page = await logout(app, { ...parameters(app, tokens), post_logout_redirect_uri: goodbye });
    expect({ status: page.status, left: page.left }).toEqual({ status: 400, left: undefined });
    expect(page.html).toContain(names);
  });

  it('does not redirect to a disabled app, also if it was disabled while the user was asked', async () => {
    const app = await register();
    await app.tokens();
    const page = await logout(app, { client_id: app.id, post_logout_redirect_uri: goodbye });
    await grantor.api('PATCH', `/clients/${app.id}`, { enabled: false });
    expect((await app.browser.submit(page, 'sign-out')).left).toBeUndefined();
    const late = await logout(app, { client_id: app.id, post_logout_redirect_uri: goodbye });
    expect({ status: late.status, left: late.left }).toEqual({ status: 400, left: undefined });
  });
});

describe('forged hints: the user is asked', () => {
  it.each<[string, (app: TestApp, tokens: TestTokens) => Promise<string> | string]>([
    ["another server's ID token", (app) => signedByAnother(app)],
    [
      'an ID token without a signature',
      (app) => new UnsecuredJWT(claims(app)).setIssuedAt().setExpirationTime('1h').encode(),
    ],
    ['an ID token that was changed', (_app, { id_token }) => changed(id_token)],
    ['an ID token without its signature', (_app, { id_token }) => id_token.replace(/\.[^.]+$/, '.')],
    ['an access token (cross-JWT confusion, RFC 8725 §2.8)', (_app, { access_token }) => access_token],
    ['a refresh token', (_app, { refresh_token }) => refresh_token],
  ])('refuses %s', async (_what, hintOf) => {
    const app = await register();
    const hint = await hintOf(app, await app.tokens());
    const page = await logout(app, { id_token_hint: hint, post_logout_redirect_uri: goodbye });
    await expectRefusedWithWayOut(app, page, 'invalid_request', 'id_token_hint');
  });

  it('asks if the ID token is of another session of the same user (§4)', async () => {
    const app = await register();
    const phone = app.inNewBrowser();
    const { id_token } = await phone.tokens();
    await app.tokens();
    const page = await logout(app, { id_token_hint: id_token, post_logout_redirect_uri: goodbye });
    expect(page.html).toContain('id="sign-out"');
    expect([await isSignedIn(app), await isSignedIn(phone)]).toEqual([true, true]);
  });

  it('asks if the ID token is of another user: their link cannot sign the user out', async () => {
    const app = await register();
    const attacker = app.inNewBrowser(await addUser(grantor));
    const { id_token } = await attacker.tokens();
    await app.tokens();
    const page = await logout(app, { id_token_hint: id_token, post_logout_redirect_uri: goodbye });
    expect(page.html).toContain('id="sign-out"');
    expect(await isSignedIn(app)).toBe(true);
  });
});

describe('logout CSRF', () => {
  it('does not sign out by a link or form of another site without an ID token', async () => {
    const app = await register();
    await app.tokens();
    await logout(app, {});
    await app.browser.open(`${app.at}/oauth2/logout`, { method: 'POST', body: form({}) });
    await app.browser.open(`${app.at}/signout?decision=sign-out`);
    await app.browser.open(`${app.at}/oauth2/logout?decision=sign-out&csrf_token=x`);
    expect(await isSignedIn(app)).toBe(true);
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['without the token of the form', { csrf_token: '' }, {}],
    ["with another browser's token", { csrf_token: 'x'.repeat(43) }, {}],
    ['from another site, as the browser says', {}, { 'sec-fetch-site': 'cross-site' }],
  ])('refuses the response of the user %s', async (_what, fields, headers) => {
    const app = await register();
    await app.tokens();
    const page = await logout(app, {});
    const sent = { ...formWithButton(page.html, 'sign-out').fields, ...fields };
    const reply = await app.browser.open(`${app.at}/signout`, { method: 'POST', headers, body: form(sent) });
    expect(reply.status).toBe(403);
    expect(await isSignedIn(app)).toBe(true);
  });

  it('forbids other sites to frame the question (clickjacking)', async () => {
    const app = await register();
    await app.tokens();
    const { headers } = (await logout(app, {})).response;
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('refuses a request that the server did not seal', async () => {
    const app = await register();
    await app.tokens();
    for (const request of ['x', 'A'.repeat(200), '{"parameters":{}}']) {
      const page = await app.browser.open(`${app.at}/signout?request=${encodeURIComponent(request)}`);
      expect({ status: page.status, left: page.left }).toEqual({ status: 200, left: undefined });
    }
    // A ticket of the sign-in page is sealed too, for another purpose.
    const signIn = await new HttpBrowser().open(app.authorizationUrl());
    const ticket = new URL(signIn.url).searchParams.get('ticket') ?? '';
    const page = await app.browser.open(`${app.at}/signout?request=${ticket}`);
    expect(page.html).not.toContain('Test app');
  });
});

const claims = (app: TestApp) => ({
  iss: app.at,
  aud: app.id,
  sub: 'another user',
  auth_time: 1,
  sid: 'any',
});

async function signedByAnother(app: TestApp): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  return new SignJWT(claims(app))
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', jwk })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
}

function changed(token: string): string {
  const [header = '', body = '', signature = ''] = token.split('.');
  const content = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
  const other = Buffer.from(JSON.stringify({ ...content, sub: 'other' })).toString('base64url');
  return [header, other, signature].join('.');
}
