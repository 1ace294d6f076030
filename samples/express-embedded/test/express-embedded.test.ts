import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsAfter, type EmbeddedSample, startEmbeddedSample } from '../../../test/kit/embedded-sample.js';
import { createApp } from '../src/app.js';

describe('the Express application with Grantor inside', () => {
  let sample: EmbeddedSample;
  beforeAll(async () => {
    sample = await startEmbeddedSample(async (settings) => {
      const { app, server } = await createApp(settings);
      return { listener: app, close: () => server.close() };
    });
  });
  afterAll(() => sample.close());

  it.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('connects an app of a member, in a browser %s', async (_what, javaScriptEnabled) => {
    const { app, chromium } = sample;
    const context = await chromium.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(app.authorizationUrl({ scope: 'openid profile', prompt: 'consent' }));
    await page.fill('#username', 'ada');
    await page.fill('#password', 'ada-2026');
    await page.click('#sign-in');
    await page.click('#allow');
    await page.waitForURL((url) => url.searchParams.has('code'));
    expect(await page.textContent('body')).toContain('The chess club');
    expect(await claimsAfter(app, page.url())).toMatchObject({
      name: 'Ada Lovelace',
      preferred_username: 'ada',
    });
    await context.close();
  });

  it('keeps its own pages and body parsers', async () => {
    const moved = await fetch(`${sample.origin}/api/moves`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"move":"e4"}',
    });
    expect(await moved.json()).toEqual({ received: { move: 'e4' } });
  });
});
