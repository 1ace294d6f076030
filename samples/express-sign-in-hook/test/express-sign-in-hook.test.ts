import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../../test/kit/chromium.js';
import { createDatabase } from '../../../test/kit/test-database.js';
import { type StartedSample, start } from '../src/start.js';

describe('the Express application with its own sign-in page', () => {
  let chromium: Browser;
  let sample: StartedSample;
  beforeAll(async () => {
    sample = await start({ port: 0, grantorPort: 0, databaseUrl: await createDatabase('sqlite') });
    chromium = await launchBrowser();
  });
  afterAll(async () => {
    await chromium.close();
    await sample.close();
  });

  it.each([
    ['with scripts', true, 1280],
    ['without scripts, on a narrow screen', false, 390],
  ])('signs a user in for an app, in a browser %s', async (_what, javaScriptEnabled, width) => {
    const context = await chromium.newContext({ javaScriptEnabled, viewport: { width, height: 800 } });
    const page = await context.newPage();
    await page.goto(sample.origin);
    await page.click('#connect');
    expect(page.url().startsWith(`${sample.origin}/sign-in?sign_in_challenge=`)).toBe(true);
    expect(await page.textContent('main')).toContain('to continue to Demo app');
    await page.fill('#username', 'ada');
    await page.fill('#password', 'wrong');
    await page.click('#sign-in');
    expect(await page.textContent('[role=alert]')).toContain('wrong');
    await page.fill('#password', 'analytical-engine');
    await page.click('#sign-in');
    // The second browser finds the consent of the first.
    if (javaScriptEnabled) {
      expect(await page.textContent('main')).toContain('Ada Lovelace');
      await page.click('#allow');
    }
    await page.waitForURL(`${sample.origin}/connected?**`);
    expect(await page.textContent('main')).toContain('code: ');
    await context.close();
  });

  it('ends both sessions, whichever the user ends first', async () => {
    const context = await chromium.newContext();
    const page = await context.newPage();
    const connect = async () => {
      await page.goto(sample.origin);
      await page.click('#connect');
    };
    const signIn = async () => {
      await page.fill('#username', 'ada');
      await page.fill('#password', 'analytical-engine');
      await page.click('#sign-in');
      await page.waitForURL(`${sample.origin}/connected?**`);
    };
    await connect();
    await signIn();
    // At Grantor.
    await page.goto(`${sample.issuer}/signout`);
    await page.click('#sign-out');
    await page.waitForURL(`${sample.issuer}/signout/continue?**`);
    await connect();
    await signIn();
    // At the application.
    await page.goto(sample.origin);
    await page.click('#sign-out');
    await page.click('#sign-out');
    await page.waitForURL(`${sample.issuer}/signout/continue?**`);
    await connect();
    expect(await page.locator('#password').count()).toBe(1);
    await context.close();
  });
});
