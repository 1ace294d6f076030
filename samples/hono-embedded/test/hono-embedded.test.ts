import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsAfter, type EmbeddedSample, startEmbeddedSample } from '../../../test/kit/embedded-sample.js';
import { createApp } from '../src/app.js';

describe('the Hono application with Grantor inside', () => {
  let sample: EmbeddedSample;
  beforeAll(async () => {
    sample = await startEmbeddedSample(async (settings) => {
      const { app, server } = await createApp(settings);
      const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
      return {
        listener: (request, response) => void listener(request, response),
        close: () => server.close(),
      };
    });
  });
  afterAll(() => sample.close());

  it('connects an app of a guest without a sign-in form', async () => {
    const { app, chromium, origin } = sample;
    const page = await chromium.newPage();
    await page.goto(`${origin}/`);
    await page.fill('#name', 'Ada <Lovelace>');
    await page.click('#enter');
    expect(await page.textContent('#welcome')).toBe('Welcome, Ada <Lovelace>.');
    await page.goto(app.authorizationUrl({ scope: 'openid profile' }));
    await page.click('#allow');
    await page.waitForURL((url) => url.searchParams.has('code'));
    expect(await claimsAfter(app, page.url())).toMatchObject({ name: 'Ada <Lovelace>' });
    await page.context().close();
  });

  it('asks a browser without a guest to sign in', async () => {
    const { app } = sample;
    const { html } = await app.inNewBrowser().browser.open(app.authorizationUrl());
    expect(html).toContain('id="sign-in"');
  });
});
