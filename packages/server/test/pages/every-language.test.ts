import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { addApiKey } from '../../../../test/kit/callers.js';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { checkPage } from '../../../../test/kit/page-checks.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addUser, type TestUser } from '../../../../test/kit/users.js';
import { createMailCatcher } from '../../src/mail/mail-catcher.js';
import { languages } from '../../src/texts/languages.js';
import { askForMail } from '../sign-up/support.js';
import { answersIn } from './answers.js';
import { factorPagesIn } from './factor-pages.js';
import { type Shown, shownOn, shownOnPhone } from './fits.js';

/** Each is checked with axe, in both sizes and colour schemes: one for each direction of the text. */
const examined = ['en', 'ar'];

let grantor: TestServer;
let browser: Browser;
let app: TestApp;
/** A user with sessions, an app and a key. */
let user: TestUser;
/** The page of the link in a mail. */
let mailedPath: string;
const providers = [
  {
    id: 'university',
    name: 'Example University',
    issuer: 'https://login.university.example',
    clientId: 'grantor',
    clientSecret: 'a secret of this test',
  },
];
beforeAll(async () => {
  const mailCatcher = createMailCatcher(() => 1_900_000_000);
  [grantor, browser] = await Promise.all([
    startServer({ mailCatcher, settings: { signUp: 'open', mailsPerAddress: 1000, providers } }),
    launchBrowser(),
  ]);
  app = await registerApp(grantor, {
    name: 'Photo Printer',
    scopes: ['openid', 'profile', 'email', 'offline_access', 'files:write'],
  });
  user = await addUser(grantor);
  await app.with({ user, browser: new HttpBrowser() }).tokens({ scope: 'openid profile files:write' });
  await addApiKey(grantor, user, { name: 'Backup', scopes: ['grantor.consents:read'] });
  await askForMail(`${grantor.issuer}/reset-password`, user.username);
  await vi.waitUntil(() => mailCatcher.caught().length > 0);
  const [mail] = mailCatcher.caught();
  mailedPath = /\/reset-password\/\S+/.exec(mail?.text ?? '')?.[0] ?? '';
});
afterAll(async () => {
  await browser.close();
  await grantor.stop();
});

const asItShouldBe = (language: string): Shown => ({
  language,
  direction: language === 'ar' ? 'rtl' : 'ltr',
  scrollsSideways: false,
  cutOff: [],
});

async function examine(page: Page, language: string): Promise<void> {
  const [shown] = await shownOn(page);
  expect(shown, page.url()).toEqual(asItShouldBe(language));
  if (examined.includes(language)) await checkPage(page, { language });
}

/** The pages of a user's account, sign-up and password reset, by their path. */
async function ownPages(language: string): Promise<Record<string, string>> {
  const client = new HttpBrowser({ accept: 'text/html', 'accept-language': language });
  const at = (path: string) => client.open(`${grantor.issuer}${path}`);
  const pages: Record<string, string> = {};
  const keep = (name: string, { html }: OpenedPage) => {
    pages[name] = html;
  };
  for (const path of [
    '/nowhere',
    '/sign-up',
    '/reset-password',
    '/sign-up/complete?token=unknown',
    mailedPath,
  ]) {
    keep(path, await at(path));
  }
  keep('mail sent', await client.submit(await at('/reset-password'), 'send-link', { email: 'a@b.example' }));
  keep('no email', await client.submit(await at('/sign-up'), 'send-link', { email: 'no address' }));
  const chosen = await client.submit(await at(mailedPath), 'save', { password: 'short' });
  keep('password too short', chosen);
  const account = await client.signIn(await at('/account'), user);
  keep('/account', account);
  for (const [, path = ''] of account.html.matchAll(/href="([^"]+)" class="door"/g))
    keep(path, await at(path));
  for (const path of ['/account/tokens/new', '/account/email/confirm?token=unknown', '/signin?again=1']) {
    keep(path, await at(path));
  }
  return pages;
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
  const wide = '<html lang="en" style="width: 391px"><h1 id="h" style="width: 9px">Heading</h1></html>';
  expect(await shownOnPhone(page, grantor.issuer, { wide })).toEqual({
    wide: { language: 'en', direction: 'ltr', scrollsSideways: true, cutOff: ['h'] },
  });
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

  it('every page of an account, of sign-up, of a password reset and of a provider fits on it too', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const documents = {
      ...(await ownPages(language)),
      ...answersIn(language),
      ...factorPagesIn(language),
    };
    expect(Object.keys(documents).length).toBeGreaterThan(40);
    const shown = await shownOnPhone(page, grantor.issuer, documents);
    expect(shown).toEqual(
      Object.fromEntries(Object.keys(documents).map((name) => [name, asItShouldBe(language)])),
    );
    await page.close();
  });
});
