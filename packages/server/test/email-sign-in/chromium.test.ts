import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppSite } from '../../../../test/kit/app-site.js';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { checkPage } from '../../../../test/kit/page-checks.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { addUser } from '../../../../test/kit/users.js';
import type { MailingServer } from '../sign-up/support.js';
import { readSignInMail, startWithEmail, wrong } from './support.js';

let server: MailingServer;
let chromium: Browser;
let site: AppSite;
beforeAll(async () => {
  [server, chromium, site] = await Promise.all([
    startWithEmail(),
    launchBrowser(),
    AppSite.start('127.0.0.1'),
  ]);
});
afterAll(async () => {
  await chromium?.close();
  await server.stop();
  await site.stop();
});

it.each([
  { scripts: false, locale: 'en' },
  { scripts: true, locale: 'en' },
  { scripts: true, locale: 'ar' },
])(
  'a user signs in by email in Chromium, with scripts: $scripts, in $locale',
  async ({ scripts, locale }) => {
    const { grantor, smtp } = server;
    // On another origin, to which the policy of a page must let its form lead.
    const app = await registerApp(grantor, { redirectUris: [`${site.origin}/callback`] });
    const user = await addUser(grantor);
    const { username } = user;
    const context = await chromium.newContext({
      javaScriptEnabled: scripts,
      viewport: { width: 390, height: 844 },
      locale,
    });
    const page = await context.newPage();
    const look = async () => {
      // axe-core needs the timers of scripts; the page is the same without them.
      if (scripts) await checkPage(page, { language: locale });
      expect(await page.getAttribute('html', 'dir')).toBe(locale === 'ar' ? 'rtl' : 'ltr');
    };
    const ask = async () => {
      await page.goto(app.authorizationUrl());
      await page.click('#by-email');
      await page.fill('#email', username);
      await page.click('#send-link');
      await page.locator('#verify').waitFor();
      const mail = await smtp.take(username);
      return { ...readSignInMail(mail), html: mail.html };
    };

    const { code } = await ask();
    await page.fill('#code', wrong(code));
    await page.click('#verify');
    await page.locator('#code-error').waitFor();
    await look();
    await page.fill('#code', code);
    await page.click('#verify');
    await page.click('#allow');
    await page.waitForURL(/code=/);

    await context.clearCookies();
    const second = await ask();
    await page.goto(second.link);
    if (locale === 'en') await look();
    const elsewhere = await (await chromium.newContext({ locale })).newPage();
    await elsewhere.goto(second.link);
    expect(await elsewhere.locator('form').count()).toBe(0);
    if (scripts && locale === 'en') await checkPage(elsewhere, { language: locale });
    await elsewhere.setContent(second.html);
    expect(await elsewhere.getByText(second.code, { exact: true }).isVisible()).toBe(true);
    await elsewhere.context().close();
    await page.click('#sign-in-by-email');
    await page.waitForURL(/code=/);

    const authenticator = await addAuthenticator(grantor, user);
    await context.clearCookies();
    const third = await ask();
    await page.fill('#code', third.code);
    await page.click('#verify');
    await page.locator('#remember').waitFor();
    await page.fill('#code', authenticator.codeAt(Math.floor(Date.now() / 1000)));
    await page.click('#verify');
    await page.waitForURL(/code=/);
    await context.close();
  },
);
