import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { checkPage } from '../../../../test/kit/page-checks.js';
import { TestApp } from '../../../../test/kit/test-app.js';
import { linkIn, type MailingServer, startMailing } from './support.js';

const password = 'a few words in a row';

describe.each([
  { scripts: false, locale: 'en' },
  { scripts: true, locale: 'en' },
  { scripts: true, locale: 'ar' },
] as const)('a user in Chromium, with scripts: $scripts, in $locale', ({ scripts, locale }) => {
  let server: MailingServer;
  let chromium: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await startMailing({ settings: { signUp: 'open' } });
    chromium = await launchBrowser();
    const context = await chromium.newContext({
      javaScriptEnabled: scripts,
      viewport: { width: 390, height: 844 },
      locale,
    });
    page = await context.newPage();
  });
  afterAll(async () => {
    await chromium.close();
    await server.stop();
  });

  afterEach(() => page.context().clearCookies());

  async function look(): Promise<void> {
    // axe-core needs the timers of scripts; the page is the same without them.
    if (scripts) await checkPage(page, { language: locale });
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
    await look();
    await page.click('#sign-up');
    await page.fill('#email', email);
    await look();
    await page.click('#send-link');
    await page.locator('h1').waitFor();
    await look();
    await page.goto(linkIn(await server.smtp.take(email)));
    await page.fill('#name', 'Ada Lovelace');
    await page.fill('#password', 'short');
    await page.click('#save');
    await page.locator('#password-error').waitFor();
    await look();
    await page.fill('#password', password);
    await page.click('#save');
    await page.click('#allow');
    await page.waitForURL(/code=/);
    await page.goto(`${server.grantor.issuer}/account/email`);
    await look();
    await page.goto(`${server.grantor.issuer}/account/password`);
    await look();

    await page.context().clearCookies();
    await page.goto(`${server.grantor.issuer}/signin`);
    await page.click('#forgot-password');
    await page.fill('#email', email);
    await page.click('#send-link');
    await page.locator('h1').waitFor();
    await page.goto(linkIn(await server.smtp.take(email)));
    await look();
    await page.fill('#password', `${password} again`);
    await page.click('#save');
    await look();
    await page.goto(`${server.grantor.issuer}/signin`);
    await page.fill('#username', email);
    await page.fill('#password', `${password} again`);
    await page.click('#sign-in');
    await page.waitForURL(/\/account$/);
  });

  it('accepts an invitation', async () => {
    const email = `${randomUUID()}@example.com`;
    await server.grantor.api('POST', '/invitations', { email, language: locale });
    await page.goto(linkIn(await server.smtp.take(email)));
    if (locale === 'en') await look();
    await page.fill('#name', 'Grace Hopper');
    await page.fill('#password', password);
    await page.click('#save');
    await page.waitForURL(/\/account$/);
  });
});
