import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, callWith } from '../../../test/kit/api-calls.js';
import { launchBrowser } from '../../../test/kit/chromium.js';
import { TestApp } from '../../../test/kit/test-app.js';
import { createDatabase } from '../../../test/kit/test-database.js';
import { createApp } from '../src/app.js';

const apiKey = 'a key of the sample with enough characters';

describe('the Express application with Grantor inside', () => {
  const http = createServer();
  let chromium: Browser;
  let origin: string;
  let app: TestApp;
  let close: () => Promise<void>;
  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      http.listen(0, '127.0.0.1', resolve);
    });
    origin = `http://localhost:${(http.address() as AddressInfo).port}`;
    const created = await createApp({
      origin,
      databaseUrl: await createDatabase('sqlite'),
      secret: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
      apiKey,
    });
    http.on('request', created.app);
    close = () => created.server.close();
    const issuer = `${origin}/auth`;
    const redirectUri = `${origin}/`;
    const client = await bodyOf<{ client_id: string; client_secret: string }>(
      callWith({ issuer }, apiKey)('POST', '/clients', {
        name: 'Chess clock',
        redirectUris: [redirectUri],
        scopes: ['openid', 'profile'],
      }),
      201,
    );
    app = TestApp.of(
      { issuer, user: { username: 'ada', password: 'ada-2026', name: 'Ada' } },
      client,
      redirectUri,
    );
    chromium = await launchBrowser();
  });
  afterAll(async () => {
    await chromium.close();
    http.closeAllConnections();
    await new Promise((resolve) => {
      http.close(resolve);
    });
    await close();
  });

  it.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('connects an app of a member, in a browser %s', async (_what, javaScriptEnabled) => {
    const context = await chromium.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(app.authorizationUrl({ scope: 'openid profile', prompt: 'consent' }));
    await page.fill('#username', 'ada');
    await page.fill('#password', 'ada-2026');
    await page.click('#sign-in');
    await page.click('#allow');
    await page.waitForURL((url) => url.searchParams.has('code'));
    expect(await page.textContent('body')).toContain('The chess club');
    const code = new URL(page.url()).searchParams.get('code') ?? '';
    const { access_token: token } = await bodyOf<{ access_token: string }>(app.exchange(code));
    expect(await bodyOf(app.userinfo(token))).toMatchObject({
      name: 'Ada Lovelace',
      preferred_username: 'ada',
    });
    await context.close();
  });

  it('keeps its own pages and body parsers', async () => {
    const moved = await fetch(`${origin}/api/moves`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"move":"e4"}',
    });
    expect(await moved.json()).toEqual({ received: { move: 'e4' } });
  });
});
