import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';

/** What the app received at its redirect URI. */
interface Received {
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly origin: string | undefined;
  readonly body: URLSearchParams;
}

describe('form_post (OAuth 2.0 Form Post Response Mode 1.0)', () => {
  let grantor: TestServer;
  let browser: Browser;
  let backend: Server;
  let app: TestApp;
  let received: Received[];

  beforeAll(async () => {
    received = [];
    backend = createServer((request: IncomingMessage, response) => {
      void (async () => {
        const body = await text(request);
        if (request.method === 'POST') {
          received.push({
            method: request.method,
            contentType: request.headers['content-type'],
            origin: request.headers.origin,
            body: new URLSearchParams(body),
          });
        }
        response.setHeader('content-type', 'text/html').end('<h1 id="arrived">Arrived</h1>');
      })();
    });
    backend.listen(0, '127.0.0.1');
    await once(backend, 'listening');
    const { port } = backend.address() as AddressInfo;
    [grantor, browser] = await Promise.all([startServer(), launchBrowser()]);
    app = await registerApp(grantor, {
      redirectUris: [`http://127.0.0.1:${port}/callback?kept=1`],
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code', 'code id_token', 'id_token'],
    });
  });
  afterAll(async () => {
    await browser.close();
    await grantor.stop();
    backend.close();
  });

  it.each([
    ['on', true],
    ['off', false],
  ])('reaches the app in a real browser with scripts %s (§2)', async (_scripts, javaScriptEnabled) => {
    received.length = 0;
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    const state = `"><script>alert(1)</script>&'é`;
    await page.goto(
      app.authorizationUrl({
        response_mode: 'form_post',
        response_type: 'code id_token',
        nonce: 'n',
        state,
        prompt: 'login consent',
      }),
    );
    await page.fill('#username', app.user.username);
    await page.fill('#password', app.user.password);
    await page.click('#sign-in');
    await page.click('#allow');
    if (!javaScriptEnabled) await page.click('#continue');
    await page.waitForSelector('#arrived');
    await context.close();

    expect(troubles.filter((trouble) => !trouble.includes('favicon'))).toEqual([]);
    expect(received).toHaveLength(1);
    const [answer] = received;
    expect(answer).toMatchObject({ method: 'POST', contentType: 'application/x-www-form-urlencoded' });
    const names = [...(answer?.body.keys() ?? [])];
    expect(names).toEqual(expect.arrayContaining(['code', 'id_token', 'iss', 'state']));
    expect(new Set(names).size).toBe(names.length);
    expect(answer?.body.get('state')).toBe(state);
    expect((await app.exchange(answer?.body.get('code') ?? '')).status).toBe(200);
  });

  it('is one page that is not cached, whose one script is named by its hash (CSP Level 3 §8.3): injected script', async () => {
    const response = await app.browser.request(
      app.authorizationUrl({ response_mode: 'form_post', prompt: 'none', state: '<script>' }),
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const html = await response.text();
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script = '']) => script);
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256')
      .update(scripts[0] ?? '')
      .digest('base64');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`script-src 'sha256-${hash}';`);
    expect(policy).not.toContain('unsafe');
    expect(html).not.toContain('value="<script>');
    expect(html).toContain('method="post"');
    expect(html).toContain(`action="${app.redirectUri}"`);
  });

  it('sends errors the same way (§2)', async () => {
    const { html } = await app.browser.open(
      app.authorizationUrl({ response_mode: 'form_post', scope: 'unheard-of', state: 'kept' }),
    );
    expect(html).toMatch(/name="error" value="invalid_scope"/);
    expect(html).toMatch(/name="state" value="kept"/);
    expect(html).not.toContain('name="code"');
  });
});
