import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, screenshot } from '../../../../test/kit/chromium.js';
import { TestApp } from '../../../../test/kit/test-app.js';
import { linkIn, type MailingServer, startMailing } from './support.js';

const password = 'a few words in a row';

/** What axe-core would not see: whether anything is wider than the screen. */
const overflows = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

describe.each([
  { scripts: false, width: 390, scheme: 'light', locale: 'en' },
  { scripts: true, width: 1280, scheme: 'dark', locale: 'en' },
  { scripts: false, width: 390, scheme: 'dark', locale: 'ar' },
] as const)('a user in Chromium, with scripts: $scripts, at $width px, in $locale', (settings) => {
  const { scripts, width, scheme, locale } = settings;
  let server: MailingServer;
  let chromium: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await startMailing({ settings: { signUp: 'open' } });
    chromium = await launchBrowser();
    const context = await chromium.newContext({
      javaScriptEnabled: scripts,
      viewport: { width, height: 800 },
      colorScheme: scheme,
      locale,
    });
    page = await context.newPage();
  });
  afterAll(async () => {
    await chromium.close();
    await server.stop();
  });

  async function look(name: string): Promise<void> {
    await screenshot(page, `sign-up/${name}-${width}-${scheme}-${locale}`);
    if (scripts) expect(await overflows(page)).toBe(false);
    expect(await page.getAttribute('html', 'dir')).toBe(locale === 'ar' ? 'rtl' : 'ltr');
  }

  it('signs up from an app by mail, allows the app, and resets the password', async () => {
    const redirectUri = `${server.grantor.issuer}/health`;
    const app = TestApp.of(
      server.grantor,
      await server.grantor.register({ redirect_uris: [redirectUri] }),
      redirectUri,
    );
    const email = `${randomUUID()}@example.com`;
    await page.goto(app.authorizationUrl());
    await look('sign-in');
    await page.click('#sign-up');
    await page.fill('#email', email);
    await look('email');
    await page.click('#send-link');
    await page.locator('h1').waitFor();
    await look('sent');
    await page.goto(linkIn(await server.smtp.take(email)));
    await page.fill('#name', 'Ada Lovelace');
    await page.fill('#password', 'short');
    await page.click('#save');
    await page.locator('#password-error').waitFor();
    await look('refused');
    await page.fill('#password', password);
    await page.click('#save');
    await page.click('#allow');
    await page.waitForURL(/code=/);
    await page.goto(`${server.grantor.issuer}/account/email`);
    await look('account-email');
    await page.goto(`${server.grantor.issuer}/account/password`);
    await look('account-password');

    await page.context().clearCookies();
    await page.goto(`${server.grantor.issuer}/signin`);
    await page.click('#forgot-password');
    await page.fill('#email', email);
    await page.click('#send-link');
    await page.locator('h1').waitFor();
    await page.goto(linkIn(await server.smtp.take(email)));
    await look('choose');
    await page.fill('#password', `${password} again`);
    await page.click('#save');
    await look('done');
    await page.goto(`${server.grantor.issuer}/signin`);
    await page.fill('#username', email);
    await page.fill('#password', `${password} again`);
    await page.click('#sign-in');
    await page.waitForURL(/\/account$/);
  });
});
