import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../../test/kit/chromium.js';
import { createDatabase } from '../../../test/kit/test-database.js';
import { type StartedSample, start } from '../src/start.js';

describe('Grantor with a button for another provider', () => {
  let chromium: Browser;
  let sample: StartedSample;
  beforeAll(async () => {
    sample = await start({
      grantorPort: 0,
      headOfficePort: 0,
      grantorDatabaseUrl: await createDatabase('sqlite'),
      headOfficeDatabaseUrl: await createDatabase('sqlite'),
    });
    chromium = await launchBrowser();
  });
  afterAll(async () => {
    await chromium.close();
    await sample.close();
  });

  it('signs a user of the provider in to an account with the name and the address from there, and again later', async () => {
    for (const [javaScriptEnabled, width] of [
      [true, 1280],
      [false, 390],
    ] as const) {
      const context = await chromium.newContext({ javaScriptEnabled, viewport: { width, height: 800 } });
      const page = await context.newPage();
      await page.goto(`${sample.issuer}/account`);
      await page.click('#with-head-office');
      expect(page.url().startsWith(`${sample.headOffice}/signin?`)).toBe(true);
      await page.fill('#username', 'mary@example.com');
      await page.fill('#password', 'mechanism-of-the-heavens');
      await page.click('#sign-in');
      // The provider remembers that the user has allowed it.
      if (javaScriptEnabled) await page.click('#allow');
      await page.waitForURL(`${sample.issuer}/account`);
      await page.goto(`${sample.issuer}/account/profile`);
      expect(await page.textContent('main')).toContain('mary@example.com');
      expect(await page.inputValue('#name')).toBe('Mary Somerville');
      await page.goto(`${sample.issuer}/account/providers`);
      expect(await page.textContent('main')).toContain('Head Office');
      await page.goto(`${sample.issuer}/signout`);
      await page.click('#sign-out');
      await page.click('#sign-out-at-provider');
      expect(page.url().startsWith(`${sample.issuer}/signout/continue?`)).toBe(true);
      await page.goto(`${sample.headOffice}/account`);
      expect(await page.locator('#sign-in').count()).toBe(1);
      await context.close();
    }
  });
});
