import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { addApiKey } from '../../../../test/kit/callers.js';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { checkPage } from '../../../../test/kit/page-checks.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { addUser, type TestUser } from '../../../../test/kit/users.js';

const sections = [
  '',
  '/profile',
  '/sessions',
  '/activity',
  '/apps',
  '/tokens',
  '/tokens/new',
  '/data',
  '/delete',
];

describe('the account page in Chromium', () => {
  let grantor: TestServer;
  let chromium: Browser;

  beforeAll(async () => {
    [grantor, chromium] = await Promise.all([startServer(), launchBrowser()]);
  });
  afterAll(async () => {
    await chromium.close();
    await grantor.stop();
  });

  const at = (path: string) => grantor.issuer + path;

  /** A user with two sessions, an app and a key. */
  async function busyUser(locale: string): Promise<TestUser> {
    const user = await addUser(grantor, { name: 'Ada Lovelace', claims: { locale } });
    const app = await registerApp(grantor, { name: 'Photo Printer', client_uri: 'https://printer.example' });
    await app.with({ user, browser: new HttpBrowser() }).tokens({ scope: 'openid profile files:write' });
    await addApiKey(grantor, user, {
      name: 'Backup',
      scopes: ['grantor.consents:read', 'grantor.keys:write'],
    });
    return user;
  }

  async function signIn(context: BrowserContext, user: TestUser): Promise<Page> {
    const page = await context.newPage();
    await page.goto(at('/account'));
    await page.fill('#username', user.username);
    await page.fill('#password', user.password);
    await page.click('#sign-in');
    await page.waitForURL(at('/account'));
    return page;
  }

  it.each([
    ['en', sections],
    ['ar', ['', '/apps', '/delete']],
  ])('is well made in every section, in %s', async (language, paths) => {
    const context = await chromium.newContext();
    try {
      const page = await signIn(context, await busyUser(language));
      for (const path of paths) {
        await page.goto(at(`/account${path}`));
        await checkPage(page, { language });
      }
    } finally {
      await context.close();
    }
  });

  it('lets a user sign out elsewhere, revoke an app, create a key and delete the account, without scripts', async () => {
    const context = await chromium.newContext({
      javaScriptEnabled: false,
      viewport: { width: 390, height: 844 },
      acceptDownloads: true,
    });
    try {
      const user = await busyUser('en');
      const page = await signIn(context, user);
      await page.click('a[href="/account/sessions"]');
      await page.click('summary');
      await page.click('#end-others');
      await expect.poll(() => page.textContent('[role=status]')).toContain('signed out everywhere else');
      await page.goto(at('/account/apps'));
      await page.click('#revoke-0');
      await expect.poll(() => page.textContent('main')).toContain('No app has access');
      await page.goto(at('/account/tokens'));
      await page.click('#new-token');
      await page.fill('#name', 'Photos');
      await page.check('input[name="grantor.consents:read"]');
      await page.click('#create-token');
      await expect.poll(() => page.textContent('#new-key')).toMatch(/^sk-/);
      await page.goto(at('/account/data'));
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
      expect(download.suggestedFilename()).toBe('my-data.json');
      await page.goto(at('/account/delete'));
      await page.fill('#username', user.username);
      await page.click('#delete-account');
      await expect.poll(() => page.textContent('h1')).toBe('Your account was deleted');
      expect(await grantor.server.store.accounts.find(user.id)).toBeUndefined();
    } finally {
      await context.close();
    }
  });

  it.each([true, false])(
    'lets a user untick an optional scope, with scripts: %s',
    async (javaScriptEnabled) => {
      const context = await chromium.newContext({ javaScriptEnabled });
      try {
        const user = await busyUser('en');
        const app = await registerApp(grantor, {
          name: 'Photo Printer',
          publisher: 'Printer Ltd',
          client_uri: 'https://printer.example',
          policy_uri: 'https://printer.example/privacy',
          optional_scopes: ['files:write', 'email'],
        });
        await grantor.api('PATCH', `/clients/${app.id}`, { verified: true });
        const page = await signIn(context, user);
        await page.goto(app.authorizationUrl({ scope: 'openid profile email files:write rooms:read' }));
        // axe-core needs the timers of scripts.
        if (javaScriptEnabled) await checkPage(page);
        expect(await page.textContent('.publisher')).toContain('Verified');
        await page.getByLabel(/change and delete/).uncheck();
        let landed = '';
        context.on('request', (request) => {
          if (request.url().startsWith('https://app.example.com/')) landed = request.url();
        });
        await page.click('#allow');
        await expect.poll(() => landed).toContain('code=');
        const code = new URL(landed).searchParams.get('code') ?? '';
        const tokens = (await (await app.exchange(code)).json()) as { scope: string };
        expect(tokens.scope).toBe('openid profile email rooms:read');
      } finally {
        await context.close();
      }
    },
  );
});
