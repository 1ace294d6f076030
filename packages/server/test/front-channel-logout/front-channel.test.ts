import { decodeJwt } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppSite } from '../../../../test/kit/app-site.js';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp, type TestTokens } from '../../../../test/kit/test-app.js';

let grantor: TestServer;
let first: AppSite;
let second: AppSite;
beforeAll(async () => {
  grantor = await startServer();
  first = await AppSite.start();
  second = await AppSite.start();
});
afterAll(async () => {
  await grantor.stop();
  await Promise.all([first.stop(), second.stop()]);
});
afterEach(() => {
  for (const site of [first, second]) {
    site.requests.length = 0;
    site.respond = () => ({ headers: { 'content-type': 'text/html' }, body: '<p>ok</p>' });
  }
});

const register = (site: AppSite, metadata: Readonly<Record<string, unknown>> = {}) =>
  registerApp(grantor, {
    redirectUris: [`${site.origin}/callback`],
    frontchannel_logout_uri: `${site.origin}/frontchannel?app=1`,
    post_logout_redirect_uris: [`${site.origin}/goodbye`],
    ...metadata,
  });

const besides = (app: TestApp, other: TestApp) => other.with({ user: app.user, browser: app.browser });

const logoutUrl = (idToken: string, more: Readonly<Record<string, string>> = {}) =>
  `${grantor.issuer}/oauth2/logout?${new URLSearchParams({ id_token_hint: idToken, ...more }).toString()}`;

const framesOf = (html: string) =>
  [...html.matchAll(/<iframe[^>]* src="([^"]*)"/g)].map(([, src = '']) => src.replaceAll('&amp;', '&'));

describe('the page after sign-out (Front-Channel Logout 1.0 §2, §3)', () => {
  it('loads the logout URI of each app of the session in a frame, and of no other', async () => {
    const app = await register(first);
    const other = besides(app, await register(second));
    const { id_token } = await app.tokens();
    await other.tokens();
    await (await register(second)).tokens();
    const page = await app.browser.open(logoutUrl(id_token));
    expect(framesOf(page.html).toSorted()).toEqual(
      [`${first.origin}/frontchannel?app=1`, `${second.origin}/frontchannel?app=1`].toSorted(),
    );
  });

  it('adds iss and sid to the query of the URI if the app requires them (§2)', async () => {
    const app = await register(first, { frontchannel_logout_session_required: true });
    const { id_token } = await app.tokens();
    const [frame = ''] = framesOf((await app.browser.open(logoutUrl(id_token))).html);
    expect(Object.fromEntries(new URL(frame).searchParams)).toEqual({
      app: '1',
      iss: grantor.issuer,
      sid: decodeJwt(id_token).sid,
    });
  });

  it('allows only these frames and one script, and no site to frame the page itself', async () => {
    const app = await register(first);
    const { id_token } = await app.tokens();
    const post_logout_redirect_uri = `${first.origin}/goodbye`;
    const { response, html } = await app.browser.open(logoutUrl(id_token, { post_logout_redirect_uri }));
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        `frame-src ${first.origin}/frontchannel`,
        "frame-ancestors 'none'",
        expect.stringMatching(/^script-src 'sha256-[A-Za-z0-9+/]{43}='$/),
      ]),
    );
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(html).toMatch(/<iframe[^>]* sandbox="allow-scripts allow-same-origin"/);
    expect(html).toContain(`href="${first.origin}/goodbye"`);
  });

  it('has no frames and no script, and redirects at once, if no app needs them', async () => {
    const app = await registerApp(grantor, { post_logout_redirect_uris: ['https://app.example.com/bye'] });
    const { id_token } = await app.tokens();
    const post_logout_redirect_uri = 'https://app.example.com/bye';
    expect((await app.browser.open(logoutUrl(id_token, { post_logout_redirect_uri }))).left?.href).toBe(
      post_logout_redirect_uri,
    );
  });

  it('refuses a URI on another origin than the redirect URIs (§2)', async () => {
    const response = await grantor.api('POST', '/clients', {
      name: 'Test app',
      redirectUris: [`${first.origin}/callback`],
      frontchannel_logout_uri: `${second.origin}/frontchannel`,
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('frontchannel_logout_uri');
  });
});

/** Takes the browser through the whole flow of an app, and gets the app its ID token. */
async function signIn(page: Page, app: TestApp): Promise<string> {
  await page.goto(app.authorizationUrl());
  if (await page.locator('#sign-in').isVisible()) {
    await page.fill('#username', app.user.username);
    await page.fill('#password', app.user.password);
    await page.click('#sign-in');
  }
  if (await page.locator('#allow').isVisible()) await page.click('#allow');
  await page.waitForURL(`${app.redirectUri}?**`);
  const response = await app.exchange(new URL(page.url()).searchParams.get('code') ?? '');
  return ((await response.json()) as TestTokens).id_token;
}

describe('in a real browser', () => {
  let chromium: Browser;
  let context: BrowserContext | undefined;
  beforeAll(async () => {
    chromium = await launchBrowser();
  });
  afterAll(() => chromium.close());
  afterEach(() => context?.close());

  async function open(scripts: boolean): Promise<Page> {
    context = await chromium.newContext({ javaScriptEnabled: scripts });
    return context.newPage();
  }

  it('reaches the apps with their own cookies, and then continues by itself', async () => {
    const app = await register(first);
    const other = await register(second, { frontchannel_logout_session_required: true });
    second.respond = ({ url }) => ({
      headers: url.startsWith('/callback')
        ? { 'content-type': 'text/html', 'set-cookie': 'own=session; Path=/; HttpOnly' }
        : { 'content-type': 'text/html', 'set-cookie': 'own=; Path=/; Max-Age=0' },
    });
    const page = await open(true);
    const troubles: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    const idToken = await signIn(page, app);
    await signIn(page, other);
    const post_logout_redirect_uri = `${first.origin}/goodbye`;
    await page.goto(logoutUrl(idToken, { post_logout_redirect_uri, state: 's' }));
    await page.waitForURL(`${post_logout_redirect_uri}?state=s`);
    expect(first.at('/frontchannel')).toHaveLength(1);
    expect(second.at('/frontchannel')).toMatchObject([
      { headers: { cookie: expect.stringContaining('own=session') } },
    ]);
    const cookies = await page.context().cookies(second.origin);
    expect(cookies.map(({ name }) => name)).not.toContain('own');
    expect(troubles.filter((text) => !text.includes('favicon'))).toEqual([]);
  });

  it('continues by the link if scripts are off', async () => {
    const app = await register(first);
    const page = await open(false);
    const idToken = await signIn(page, app);
    await page.goto(logoutUrl(idToken, { post_logout_redirect_uri: `${first.origin}/goodbye` }));
    await expect.poll(() => first.at('/frontchannel')).toHaveLength(1);
    await page.click('#continue');
    await page.waitForURL(`${first.origin}/goodbye`);
  });

  it('continues if an app does not respond', async () => {
    const app = await register(first);
    const other = await register(second);
    const page = await open(true);
    const idToken = await signIn(page, app);
    await signIn(page, other);
    second.respond = () => new Promise(() => {});
    await page.goto(logoutUrl(idToken, { post_logout_redirect_uri: `${first.origin}/goodbye` }), {
      waitUntil: 'commit',
    });
    await page.waitForURL(`${first.origin}/goodbye`);
  });

  it('cannot be navigated by a frame (top navigation by an app of the session)', async () => {
    const app = await register(first);
    const hostile = await register(second);
    const page = await open(true);
    const idToken = await signIn(page, app);
    await signIn(page, hostile);
    second.respond = ({ url }) =>
      url.startsWith('/frontchannel')
        ? {
            headers: { 'content-type': 'text/html' },
            body: `<script>top.location = '${second.origin}/evil'; open('${second.origin}/evil')</script>`,
          }
        : {};
    await page.goto(logoutUrl(idToken));
    await expect.poll(() => second.at('/frontchannel')).toHaveLength(1);
    await page.waitForLoadState('load');
    expect(await page.locator('h1').textContent()).toBe('You are signed out');
    expect(second.at('/evil')).toEqual([]);
  });
});
