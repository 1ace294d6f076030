import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addGrace } from '../openid-connect-core/support/users.js';

const isConsent = (page: OpenedPage) => page.html.includes('id="allow"');

/** The text of a page without its tags. */
const textOf = (page: OpenedPage) => page.html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

/** Sends the request, signs in if the page asks for it, and returns the next page. */
async function open(app: TestApp, scope: string, more: Record<string, string> = {}): Promise<OpenedPage> {
  const page = await app.browser.open(app.authorizationUrl({ scope, ...more }));
  if (!page.html.includes('id="sign-in"')) return page;
  const { username, password } = app.user;
  return app.browser.signIn(page, { username, password });
}

describe('consent (OpenID Connect Core 1.0 §3.1.2.4)', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  it('shows the app, the host it returns to, the user, and the scopes in plain words', async () => {
    const app = await registerApp(grantor, { name: 'Photo Printer' });
    const text = textOf(await open(app, 'openid files:read'));
    for (const words of [
      'Photo Printer',
      'app.example.com',
      'Ada Lovelace',
      'ada@example.com',
      'Know who you are',
      'See your files and folders',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).not.toContain('change and delete');
  });

  it('is stored: the second request needs no page', async () => {
    const app = await registerApp(grantor);
    await app.browser.submit(await open(app, 'openid files:read'), 'allow');
    const second = await app.browser.request(app.authorizationUrl({ scope: 'files:read openid' }));
    expect(second.status).toBe(303);
    expect(second.headers.get('location')).toMatch(/^https:\/\/app\.example\.com\/callback\?code=/);
  });

  it.each([
    ['its scopes', {}, { scopes: ['files:read', 'files:write'] }],
    [
      'its default audience',
      { audience: 'https://own.example.com' },
      { audience: 'https://other.example.com' },
    ],
  ])('allows only what the page showed if the app changes %s meanwhile', async (_what, before, change) => {
    const app = await registerApp(grantor, { scopes: ['files:read'], ...before });
    const page = await open(app, '');
    expect((await grantor.api('PATCH', `/clients/${app.id}`, change)).status).toBe(200);
    const again = await app.browser.submit(page, 'allow');
    expect(again.left).toBeUndefined();
    expect(isConsent(again)).toBe(true);
    const { left } = await app.browser.submit(again, 'allow');
    expect(left?.searchParams.has('code')).toBe(true);
  });

  it('is required again for a new scope; the page shows what is new and what was allowed before', async () => {
    const app = await registerApp(grantor);
    await app.browser.submit(await open(app, 'openid'), 'allow');
    const page = await open(app, 'openid files:write');
    expect(isConsent(page)).toBe(true);
    expect(textOf(page)).toMatch(
      /It also asks to .*See, change and delete your files.*You already allowed it to .*Know who you are/,
    );
    await app.browser.submit(page, 'allow');
    expect((await open(app, 'files:write')).left?.searchParams.has('code')).toBe(true);
  });

  it('is for one app: another app needs its own', async () => {
    const [one, other] = [await registerApp(grantor), await registerApp(grantor)];
    await one.browser.submit(await open(one, 'openid'), 'allow');
    const page = await one.browser.open(other.authorizationUrl());
    expect(isConsent(page)).toBe(true);
  });

  it('Deny returns access_denied with state and iss, and stores nothing (RFC 6749 §4.1.2.1)', async () => {
    const app = await registerApp(grantor);
    const { left } = await app.browser.submit(await open(app, 'openid', { state: 'kept' }), 'deny');
    expect(left?.searchParams.get('error')).toBe('access_denied');
    expect(left?.searchParams.get('state')).toBe('kept');
    expect(left?.searchParams.get('iss')).toBe(grantor.issuer);
    expect(left?.searchParams.has('code')).toBe(false);
    expect(isConsent(await open(app, 'openid'))).toBe(true);
  });

  it('Deny of more scopes keeps the earlier consent', async () => {
    const app = await registerApp(grantor);
    await app.browser.submit(await open(app, 'openid'), 'allow');
    await app.browser.submit(await open(app, 'openid files:read'), 'deny');
    expect((await open(app, 'openid')).left?.searchParams.has('code')).toBe(true);
  });

  it('Allow from a page that showed another user has no effect', async () => {
    const app = await registerApp(grantor);
    const grace = await addGrace(grantor);
    const shown = await open(app, 'openid');
    await app.browser.signIn(await app.browser.open(app.authorizationUrl({ prompt: 'login' })), grace);
    expect(isConsent(await app.browser.submit(shown, 'allow'))).toBe(true);
  });

  it('Allow without the form token of this browser is refused', async () => {
    const app = await registerApp(grantor);
    const shown = await open(app, 'openid');
    const page = await app.browser.submit(shown, 'allow', { csrf_token: 'forged' });
    expect(page.left).toBeUndefined();
    expect(page.status).toBe(403);
    expect(isConsent(await open(app, 'openid'))).toBe(true);
  });
});
