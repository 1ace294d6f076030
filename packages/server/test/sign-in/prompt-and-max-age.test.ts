import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import {
  type RequestParameters,
  registerApp,
  type TestApp,
  type TestTokens,
} from '../../../../test/kit/test-app.js';

const isSignIn = (page: OpenedPage) => page.html.includes('id="sign-in"');
const isConsent = (page: OpenedPage) => page.html.includes('id="allow"');

const open = (app: TestApp, parameters: RequestParameters) =>
  app.browser.open(app.authorizationUrl(parameters));

const signIn = (app: TestApp, page: OpenedPage) => app.browser.signIn(page, app.user);

async function authTimeOf(app: TestApp, callback: URL | undefined): Promise<unknown> {
  const response = await app.exchange(callback?.searchParams.get('code') ?? '');
  return decodeJwt(((await response.json()) as TestTokens).id_token).auth_time;
}

const errorOf = (page: OpenedPage) => page.left?.searchParams.get('error');

describe('whether a user must sign in (OpenID Connect Core 1.0 §3.1.2.1, §3.1.2.3)', () => {
  let grantor: TestServer;
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({ clock: () => now });
  });
  afterAll(() => grantor.stop());

  /** An app with a browser that is signed in and has allowed `openid`. */
  async function connectedApp(): Promise<TestApp> {
    const app = await registerApp(grantor);
    await app.code();
    return app;
  }

  it('an existing session is used, and auth_time is its start', async () => {
    const signedInAt = now;
    const app = await connectedApp();
    now += 500;
    const page = await open(app, {});
    expect(await authTimeOf(app, page.left)).toBe(signedInAt);
  });

  it('prompt=none responds without a page if no interaction is needed', async () => {
    const app = await connectedApp();
    expect((await open(app, { prompt: 'none' })).left?.searchParams.has('code')).toBe(true);
  });

  it('prompt=none returns login_required without a session, with state and iss (§3.1.2.6)', async () => {
    const app = await registerApp(grantor);
    const page = await open(app, { prompt: 'none', state: 'kept' });
    expect(errorOf(page)).toBe('login_required');
    expect(page.left?.searchParams.get('state')).toBe('kept');
    expect(page.left?.searchParams.get('iss')).toBe(grantor.issuer);
  });

  it('prompt=none returns consent_required if a scope was not allowed yet', async () => {
    const app = await connectedApp();
    expect(errorOf(await open(app, { prompt: 'none', scope: 'openid files:read' }))).toBe('consent_required');
  });

  it('prompt=none returns login_required if the sign-in is older than max_age', async () => {
    const app = await connectedApp();
    now += 61;
    expect(errorOf(await open(app, { prompt: 'none', max_age: '60' }))).toBe('login_required');
  });

  it('prompt=none together with another value is refused', async () => {
    const app = await connectedApp();
    expect(errorOf(await open(app, { prompt: 'none login' }))).toBe('invalid_request');
  });

  it('prompt=login asks again, and the new sign-in satisfies it', async () => {
    const app = await connectedApp();
    now += 100;
    const page = await open(app, { prompt: 'login' });
    expect(isSignIn(page)).toBe(true);
    const { left } = await signIn(app, page);
    expect(await authTimeOf(app, left)).toBe(now);
  });

  it('prompt=login is not satisfied by a session, however often the page is opened', async () => {
    const app = await connectedApp();
    const page = await open(app, { prompt: 'login' });
    expect(isSignIn(await app.browser.open(page.url))).toBe(true);
    const consent = await app.browser.open(page.url.replace('/signin?', '/consent?'));
    expect(isSignIn(consent)).toBe(true);
  });

  it('prompt=consent asks again for allowed scopes', async () => {
    const app = await connectedApp();
    const page = await open(app, { prompt: 'consent' });
    expect(isConsent(page)).toBe(true);
    const allowed = await app.browser.submit(page, 'allow');
    expect(allowed.left?.searchParams.has('code')).toBe(true);
  });

  it('prompt="login consent" asks for both, in this order', async () => {
    const app = await connectedApp();
    const page = await open(app, { prompt: 'login consent' });
    expect(isSignIn(page)).toBe(true);
    const next = await signIn(app, page);
    expect(isConsent(next)).toBe(true);
  });

  it('max_age asks again only if the sign-in is older', async () => {
    const app = await connectedApp();
    now += 60;
    expect((await open(app, { max_age: '60' })).left?.searchParams.has('code')).toBe(true);
    now += 1;
    const page = await open(app, { max_age: '60' });
    expect(isSignIn(page)).toBe(true);
    const { left } = await signIn(app, page);
    expect(await authTimeOf(app, left)).toBe(now);
  });

  it('max_age=0 is satisfied by the sign-in that it required, also if that took a while', async () => {
    const app = await connectedApp();
    now += 1;
    const page = await open(app, { max_age: '0', scope: 'openid files:read' });
    expect(isSignIn(page)).toBe(true);
    const consent = await signIn(app, page);
    now += 30;
    const { left } = await app.browser.submit(consent, 'allow');
    expect(left?.searchParams.has('code')).toBe(true);
  });

  it('login_hint is filled in, for the user to change', async () => {
    const app = await registerApp(grantor);
    const page = await open(app, { login_hint: 'grace@example.com "<b>' });
    expect(page.html).toMatch(/<input[^>]*name="username"[^>]*value="grace@example.com &quot;&lt;b&gt;"/);
    expect((await signIn(app, page)).status).toBe(200);
  });

  it('a session ends after its 14 days', async () => {
    const app = await connectedApp();
    now += 14 * 86_400 - 1;
    expect((await open(app, {})).left?.searchParams.has('code')).toBe(true);
    now += 1;
    expect(isSignIn(await open(app, {}))).toBe(true);
  });
});
