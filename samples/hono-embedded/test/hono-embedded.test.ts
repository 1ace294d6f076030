import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, callWith } from '../../../test/kit/api-calls.js';
import { launchBrowser } from '../../../test/kit/chromium.js';
import { TestApp } from '../../../test/kit/test-app.js';
import { createDatabase } from '../../../test/kit/test-database.js';
import { createApp } from '../src/app.js';

const apiKey = 'a key of the sample with enough characters';

describe('the Hono application with Grantor inside', () => {
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
    const listener = getRequestListener(created.app.fetch, { overrideGlobalObjects: false });
    http.on('request', (request, response) => void listener(request, response));
    close = () => created.server.close();
    const issuer = `${origin}/auth`;
    const client = await bodyOf<{ client_id: string; client_secret: string }>(
      callWith({ issuer }, apiKey)('POST', '/clients', {
        name: 'Guest book',
        redirectUris: [`${origin}/`],
        scopes: ['openid', 'profile'],
      }),
      201,
    );
    app = TestApp.of({ issuer, user: { username: '', password: '', name: '' } }, client, `${origin}/`);
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

  it('connects an app of a guest without a sign-in form', async () => {
    const page = await chromium.newPage();
    await page.goto(`${origin}/`);
    await page.fill('#name', 'Ada <Lovelace>');
    await page.click('#enter');
    expect(await page.textContent('#welcome')).toBe('Welcome, Ada <Lovelace>.');
    await page.goto(app.authorizationUrl({ scope: 'openid profile' }));
    await page.click('#allow');
    await page.waitForURL((url) => url.searchParams.has('code'));
    const code = new URL(page.url()).searchParams.get('code') ?? '';
    const { access_token: token } = await bodyOf<{ access_token: string }>(app.exchange(code));
    expect(await bodyOf(app.userinfo(token))).toMatchObject({ name: 'Ada <Lovelace>' });
    await page.context().close();
  });

  it('asks a browser without a guest to sign in', async () => {
    const { html } = await app.inNewBrowser().browser.open(app.authorizationUrl());
    expect(html).toContain('id="sign-in"');
  });
});
