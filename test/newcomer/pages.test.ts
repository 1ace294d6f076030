import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, screenshot } from '../kit/chromium.js';
import { startServer, type TestServer } from '../kit/servers.js';
import { registerApp, type TestApp } from '../kit/test-app.js';
import { expectWellMade } from '../kit/well-made.js';
import { visit } from './visit.js';
import { heading, signIn, textOf } from './walk.js';

const ANSWERED = 'You have already answered this request';

let grantor: TestServer;
let browser: Browser;
beforeAll(async () => {
  [grantor, browser] = await Promise.all([
    startServer({ settings: { registration: 'open', confirmUnreviewedRedirects: 'on' } }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser.close();
  await grantor.stop();
});

/** An app that returns to a page of the server, since the test has no app server. */
const appOf = () =>
  registerApp(grantor, {
    name: 'Photo Printer',
    redirectUris: [`${grantor.issuer}/health`],
    post_logout_redirect_uris: [`${grantor.issuer}/health`],
  });

const codeOf = (page: Page) => new URL(page.url()).searchParams.get('code');

async function consentPage(page: Page, app: TestApp, state = 'one'): Promise<void> {
  await page.goto(app.authorizationUrl({ prompt: 'consent', state }));
  if ((await page.locator('#sign-in').count()) > 0) await signIn(page, grantor.user);
  expect(await page.locator('#allow').count()).toBe(1);
}

describe.each([[true], [false]])('with scripts: %s', (javaScriptEnabled) => {
  it('Back to a consent page that was answered, and Allow again, gives no second code', async () => {
    const app = await appOf();
    const { page, complaints } = await visit(browser, { javaScriptEnabled });
    await consentPage(page, app);
    await page.click('#allow');
    // Waits until the page is loaded: a tab that still changes its process cannot go back.
    await page.waitForURL((url) => url.searchParams.has('code'));
    await page.goBack();
    // Chromium requests the page again, or shows the form as before.
    if ((await page.locator('#allow').count()) > 0) await page.click('#allow');
    expect(await heading(page)).toBe(ANSWERED);
    await expectWellMade(page);
    expect(complaints).toEqual([]);
  });

  it('two tabs of one browser are answered one after the other', async () => {
    const app = await appOf();
    const { context, page, complaints } = await visit(browser, { javaScriptEnabled });
    const other = await context.newPage();
    await Promise.all([page, other].map((tab) => tab.goto(app.authorizationUrl({ prompt: 'consent' }))));
    for (const tab of [page, other]) {
      await signIn(tab, grantor.user);
      await tab.click('#allow');
      expect(codeOf(tab)).toBeTruthy();
    }
    expect(complaints).toEqual([]);
  });

  it('a request that another site sends as a form ends at the app', async () => {
    const app = await appOf();
    const { page, complaints } = await visit(browser, { javaScriptEnabled });
    await consentPage(page, app);
    const [action, query] = app.authorizationUrl({ prompt: 'consent' }).split('?');
    const fields = [...new URLSearchParams(query)].map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    );
    // The page of another site: its origin is opaque.
    await page.goto(
      `data:text/html,${encodeURIComponent(`<form method="post" action="${action}">${fields.join('')}<button id="send">Send</button></form>`)}`,
    );
    await page.click('#send');
    await page.click('#allow');
    expect(codeOf(page)).toBeTruthy();
    expect(complaints).toEqual([]);
  });
});

it('a double click on Allow sends one request', async () => {
  const app = await appOf();
  const { page, complaints } = await visit(browser);
  await consentPage(page, app);
  await page.dblclick('#allow');
  await page.waitForURL(/\/health\?/);
  expect(codeOf(page)).toBeTruthy();
  expect(complaints).toEqual([]);
});

describe('show password', () => {
  it('is a checkbox that shows the password, and hides it before it is sent', async () => {
    const app = await appOf();
    const { page, complaints } = await visit(browser);
    await page.goto(app.authorizationUrl());
    await page.fill('#password', 'analytical-engine');
    await page.getByRole('checkbox', { name: 'Show password' }).check();
    expect(await page.getAttribute('#password', 'type')).toBe('text');
    await page.getByRole('checkbox', { name: 'Show password' }).uncheck();
    expect(await page.getAttribute('#password', 'type')).toBe('password');
    await page.check('#show-password');
    await expectWellMade(page);
    await signIn(page, grantor.user);
    expect(await page.locator('#allow').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('is hidden without scripts', async () => {
    const app = await appOf();
    const { page } = await visit(browser, { javaScriptEnabled: false });
    await page.goto(app.authorizationUrl());
    expect(await page.isVisible('#show-password')).toBe(false);
    await signIn(page, grantor.user);
    expect(await page.locator('#allow').count()).toBe(1);
  });
});

/** Every page that this file is about, as it is reached. */
const shown: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  ['sign-in', async (page) => void (await page.goto((await appOf()).authorizationUrl()))],
  ['consent', async (page) => consentPage(page, await appOf())],
  [
    'answered-before',
    async (page) => {
      await consentPage(page, await appOf());
      const { url } = { url: page.url() };
      await page.click('#allow');
      await page.goto(url);
      expect(await heading(page)).toBe(ANSWERED);
    },
  ],
  [
    'another-browser',
    async (page) => {
      const app = await appOf();
      const { url } = await app.browser.open(app.authorizationUrl());
      await page.goto(`${grantor.issuer}/signin`);
      await page.goto(url);
      expect(await heading(page)).toBe('This page was opened in another browser');
    },
  ],
  [
    'wrong-redirect',
    async (page) => {
      await page.goto((await appOf()).authorizationUrl({ redirect_uri: 'https://evil.example/' }));
      expect(await textOf(page, '.lead')).toContain('Photo Printer');
    },
  ],
  [
    'unreviewed-redirect',
    async (page) => {
      const response = await fetch(`${grantor.issuer}/oauth2/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_name: 'Travel diary', redirect_uris: ['https://diary.example/cb'] }),
      });
      const { client_id: id } = (await response.json()) as { client_id: string };
      const query = new URLSearchParams({ client_id: id, redirect_uri: 'https://diary.example/cb' });
      await page.goto(`${grantor.issuer}/oauth2/authorize?${query.toString()}`);
      expect(await textOf(page, '#continue')).toBe('Continue to diary.example');
    },
  ],
  [
    'sign-out',
    async (page) => {
      await consentPage(page, await appOf());
      await page.goto(`${grantor.issuer}/signout`);
    },
  ],
  [
    'sign-out-invalid',
    async (page) => {
      await consentPage(page, await appOf());
      await page.goto(`${grantor.issuer}/oauth2/logout?id_token_hint=nonsense`);
      expect(await heading(page)).toBe('The app’s sign-out request is invalid');
      expect(await page.locator('#sign-out').count()).toBe(1);
    },
  ],
  [
    'signed-out-invalid',
    async (page) => {
      const { id } = await appOf();
      const query = `client_id=${id}&post_logout_redirect_uri=https://evil.example/`;
      await page.goto(`${grantor.issuer}/oauth2/logout?${query}`);
      expect(await heading(page)).toBe('The app’s sign-out request is invalid');
    },
  ],
];

describe.each([[390], [1280]])('at %s px', (width) => {
  it.each(shown)('the page %s is well made, in light and dark', async (name, open) => {
    const { page, complaints } = await visit(browser, {
      viewport: { width, height: 800 },
      reducedMotion: 'reduce',
    });
    await open(page);
    await expectWellMade(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await screenshot(page, `pages-${name}-${width}-${colorScheme}`);
    }
    expect(complaints).toEqual([]);
  });

  it('no button for a choice has its words on two lines', async () => {
    const { page } = await visit(browser, { viewport: { width, height: 800 } });
    await consentPage(page, await appOf());
    await page.goto(`${grantor.issuer}/signout`);
    const heights = await page.locator('.choices .button').evaluateAll((all) =>
      all.map((button) => {
        const range = document.createRange();
        range.selectNodeContents(button);
        return range.getClientRects().length;
      }),
    );
    expect(heights).toEqual([1, 1]);
  });
});
