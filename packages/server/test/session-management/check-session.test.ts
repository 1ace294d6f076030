import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppSite } from '../../../../test/kit/app-site.js';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';

let grantor: TestServer;
let site: AppSite;
let stranger: AppSite;
let chromium: Browser;
let context: BrowserContext | undefined;
let app: TestApp;
beforeAll(async () => {
  [grantor, site, stranger, chromium] = await Promise.all([
    startServer(),
    AppSite.start(),
    AppSite.start(),
    launchBrowser(),
  ]);
  const rpPage = () => ({
    headers: { 'content-type': 'text/html' },
    body: `<iframe id="op" src="${grantor.issuer}/oauth2/check-session"></iframe>`,
  });
  site.respond = rpPage;
  stranger.respond = rpPage;
  app = await registerApp(grantor, { redirectUris: [`${site.origin}/callback`] });
});
afterAll(async () => {
  await chromium.close();
  await Promise.all([grantor.stop(), site.stop(), stranger.stop()]);
});
afterEach(async () => {
  await context?.close();
  context = undefined;
});

/** Signs in in a fresh browser, and leaves it on the app's page with the session state that it got. */
async function signIn(): Promise<{ page: Page; sessionState: string }> {
  context = await chromium.newContext();
  const page = await context.newPage();
  await page.goto(app.authorizationUrl());
  await page.fill('#username', app.user.username);
  await page.fill('#password', app.user.password);
  await page.click('#sign-in');
  if (await page.locator('#allow').isVisible()) await page.click('#allow');
  await page.waitForURL(`${app.redirectUri}?**`);
  return { page, sessionState: new URL(page.url()).searchParams.get('session_state') ?? '' };
}

/** Sends a message to the framed page and returns its response, or `silence`. */
async function ask(target: Page | Frame, message: unknown): Promise<string> {
  return target.evaluate(
    ([sent, origin]) =>
      new Promise<string>((resolve) => {
        const frame = document.querySelector('iframe');
        addEventListener('message', (event) => {
          if (event.origin === origin) resolve(String(event.data));
        });
        frame?.contentWindow?.postMessage(sent, '*');
        setTimeout(() => resolve('silence'), 1500);
      }),
    [message, grantor.issuer] as const,
  );
}

describe('the page for check_session_iframe, in a real browser (Session Management 1.0 §3)', () => {
  it('returns unchanged while the user is signed in, without a request', async () => {
    const { page, sessionState } = await signIn();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    for (let times = 0; times < 3; times += 1) {
      expect(await ask(page, `${app.id} ${sessionState}`)).toBe('unchanged');
    }
    expect(requests).toEqual([]);
  });

  it('returns changed once the user has signed out in another tab, and unchanged for the new state', async () => {
    const { page, sessionState } = await signIn();
    const tab = await page.context().newPage();
    await tab.goto(`${grantor.issuer}/signout`);
    await tab.click('#sign-out');
    expect(await ask(page, `${app.id} ${sessionState}`)).toBe('changed');
    await tab.goto(app.authorizationUrl());
    await tab.fill('#username', app.user.username);
    await tab.fill('#password', app.user.password);
    await tab.click('#sign-in');
    await tab.waitForURL(`${app.redirectUri}?**`);
    const renewed = new URL(tab.url()).searchParams.get('session_state') ?? '';
    expect(await ask(page, `${app.id} ${sessionState}`)).toBe('changed');
    expect(await ask(page, `${app.id} ${renewed}`)).toBe('unchanged');
  });

  it('returns changed to another client and to another origin, which are part of the hash', async () => {
    const { page, sessionState } = await signIn();
    expect(await ask(page, `other ${sessionState}`)).toBe('changed');
    await page.goto(`${stranger.origin}/`);
    expect(await ask(page, `${app.id} ${sessionState}`)).toBe('changed');
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['a client alone', 'client'],
    ['a state without a salt', `client ${'a'.repeat(43)}`],
    ['two spaces', `client  ${'a'.repeat(43)}.salt`],
    ['three words', `a b ${'a'.repeat(43)}.salt`],
    ['a line break', `client ${'a'.repeat(43)}.salt\n`],
    ['markup', '<script>alert(1)</script> x.y'],
    ['a very long text', `client ${'a'.repeat(100_000)}.salt`],
    ['an object', { toString: 'client' }],
    ['a number', 1],
    ['null', null],
  ])('returns error to %s (§3.2)', async (_what, message) => {
    const { page } = await signIn();
    expect(await ask(page, message)).toBe('error');
  });

  it('responds only to the origin of the message (CVE-2024-1249), and not to one without an origin', async () => {
    const { page, sessionState } = await signIn();
    const sandboxed = await page.evaluate(
      ([url, message]) =>
        new Promise<string>((resolve) => {
          const inner = document.createElement('iframe');
          inner.setAttribute('sandbox', 'allow-scripts');
          inner.srcdoc = `<iframe src="${url}"></iframe><script>
            const tell = (what) => parent.postMessage(what, '*');
            addEventListener('message', ({ data }) => tell('told ' + data));
            document.querySelector('iframe').onload = () => {
              document.querySelector('iframe').contentWindow.postMessage('${message}', '*');
              setTimeout(() => tell('silence'), 500);
            };
          </script>`;
          addEventListener('message', ({ data }) => resolve(String(data)));
          document.body.append(inner);
        }),
      [`${grantor.issuer}/oauth2/check-session`, `${app.id} ${sessionState}`] as const,
    );
    expect(sandboxed).toBe('silence');
  });
});

describe('its headers', () => {
  it('allow every site to frame it, its one script, and nothing else', async () => {
    const response = await fetch(`${grantor.issuer}/oauth2/check-session`);
    expect(response.headers.get('x-frame-options')).toBeNull();
    const policy = (response.headers.get('content-security-policy') ?? '').split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        expect.stringMatching(/^script-src 'sha256-[A-Za-z0-9+/]{43}='$/),
        'frame-ancestors *',
      ]),
    );
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  });

  it('apply to no other page: sign-in cannot be framed (clickjacking)', async () => {
    for (const path of ['/signin', '/signout', '/oauth2/logout', '/']) {
      const { headers } = await fetch(grantor.issuer + path);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
  });
});
