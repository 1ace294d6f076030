import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { checkPage } from '../../../../test/kit/page-checks.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { languages } from '../../src/texts/languages.js';

/** Each is checked with axe, in both sizes and colour schemes: one for each direction of the text. */
const examined = ['en', 'ar'];

let grantor: TestServer;
let browser: Browser;
let app: TestApp;
beforeAll(async () => {
  [grantor, browser] = await Promise.all([startServer(), launchBrowser()]);
  app = await registerApp(grantor, {
    name: 'Photo Printer',
    scopes: ['openid', 'profile', 'email', 'offline_access', 'files:write'],
  });
});
afterAll(async () => {
  await browser.close();
  await grantor.stop();
});

async function examine(page: Page, language: string): Promise<void> {
  const shown = await page.evaluate(() => {
    const { documentElement: root } = document;
    const buttons = Array.from(document.querySelectorAll<HTMLElement>('button, .button, h1'));
    return {
      language: root.lang,
      direction: getComputedStyle(root).direction,
      scrollsSideways: root.scrollWidth > root.clientWidth,
      cutOff: buttons.filter((button) => button.scrollWidth > button.clientWidth + 1).map(({ id }) => id),
    };
  });
  expect(shown, page.url()).toEqual({
    language,
    direction: language === 'ar' ? 'rtl' : 'ltr',
    scrollsSideways: false,
    cutOff: [],
  });
  if (examined.includes(language)) await checkPage(page, { language });
}

it('is examined by a check that sees too little contrast and too wide pages', async () => {
  const page = await browser.newPage();
  const shown = (style: string) =>
    page.setContent(`<html lang="en"><title>T</title><main style="${style}"><h1>Heading</h1></main></html>`);
  await shown('');
  await checkPage(page);
  await shown('color: #aaa');
  await expect(checkPage(page)).rejects.toMatchObject({
    actual: [expect.stringContaining('color-contrast')],
  });
  await shown('width: 500px');
  await expect(checkPage(page)).rejects.toMatchObject({ actual: { scrollsSideways: true } });
  await page.close();
});

describe.each(languages)('in %s', (language) => {
  it('every page of an authorization fits on a phone of 390 px', async () => {
    // The app requests the language; the browser prefers another one.
    const context = await browser.newContext({ locale: 'nl-NL', viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const ask = (more: Record<string, string> = {}) =>
      page.goto(
        app.authorizationUrl({
          ui_locales: language,
          scope: 'openid profile email offline_access files:write',
          claims: JSON.stringify({ userinfo: { birthdate: null, phone_number_verified: null } }),
          ...more,
        }),
      );
    await page.goto(`${grantor.issuer}/oauth2/authorize?ui_locales=${language}&client_id=unknown`);
    await examine(page, language);
    await ask();
    await page.fill('#username', grantor.user.username);
    await page.fill('#password', 'wrong');
    await page.click('#sign-in');
    await examine(page, language);
    await page.fill('#password', grantor.user.password);
    await page.click('#sign-in');
    await examine(page, language);
    await ask({ prompt: 'select_account' });
    await examine(page, language);
    for (const path of ['/', '/signout']) {
      await page.goto(`${grantor.issuer}${path}?ui_locales=${language}`);
      await examine(page, language);
    }
    await page.click('#stay');
    await context.close();
  });
});
