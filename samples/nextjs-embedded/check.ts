/**
 * Drives a running sample as an app and its user do, and fails at the first difference. It is not part of the tests,
 * since Next.js is as large as everything else that they install.
 *
 *     npm exec -- node --env-file=samples/nextjs-embedded/.env.local --experimental-transform-types \
 *       --import ./test/kit/run-sources.mjs samples/nextjs-embedded/check.ts
 */
import assert from 'node:assert/strict';
import { launchBrowser } from '../../test/kit/chromium.js';
import { TestApp, type TestTokens } from '../../test/kit/test-app.js';

const {
  ORIGIN: origin = 'http://localhost:4700',
  API_KEY: apiKey = '',
  ADMIN_PASSWORD: password = '',
} = process.env;
const issuer = `${origin}/auth`;
const user = { username: 'ada@example.com', password, name: 'Administrator' };

async function api(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${issuer}/api/2.0${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function read<T>(response: Response, status = 200): Promise<T> {
  const text = await response.text();
  assert.equal(response.status, status, text);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function everyMethod(): Promise<void> {
  assert.equal((await fetch(`${issuer}/health`)).status, 200);
  const head = await fetch(`${issuer}/health`, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
  const preflight = await fetch(`${issuer}/oauth2/token`, {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
  });
  assert.equal(preflight.status, 204);
  assert.ok(preflight.headers.get('access-control-allow-methods')?.includes('POST'));
  // A name with a slash: Next.js must leave the path as it was sent.
  const scope = `/scopes/${encodeURIComponent('chess/clock:read')}`;
  const texts = { en: { title: 'See your chess clock' } };
  assert.ok([200, 201].includes((await api('PUT', '/scope-groups/chess', { texts })).status));
  const fields = { name: 'chess/clock:read', group: 'chess', type: 'read', texts };
  await read(await api('POST', '/scopes', fields), 201);
  await read(await api('PATCH', scope, { optional: true }));
  await read(await api('DELETE', scope));
  await read(await api('DELETE', '/scope-groups/chess'));
}

async function refusals(): Promise<void> {
  const send = (body: string) =>
    fetch(`${issuer}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
  const twice = await read<{ error: string }>(
    await send('grant_type=refresh_token&grant_type=password'),
    400,
  );
  assert.equal(twice.error, 'invalid_request');
  assert.equal((await send(`grant_type=${'x'.repeat(70_000)}`)).status, 413);
  assert.equal((await fetch(`${issuer}/unknown`)).status, 404);
  for (const path of ['/.well-known/openid-configuration', '/oauth2/authorize?client_id=%00']) {
    assert.ok((await fetch(issuer + path)).status < 500);
  }
  const metadata = await read<{ issuer: string }>(
    await fetch(`${origin}/.well-known/oauth-authorization-server/auth`),
  );
  assert.equal(metadata.issuer, issuer);
}

async function codeFlow(): Promise<void> {
  const client = await read<{ client_id: string; client_secret: string }>(
    await api('POST', '/clients', {
      name: 'Chess clock',
      redirectUris: [`${origin}/`],
      scopes: ['openid', 'profile', 'files:read'],
    }),
    201,
  );
  const app = TestApp.of({ issuer, user }, client, `${origin}/`);
  const browser = await launchBrowser();
  try {
    for (const javaScriptEnabled of [true, false]) {
      const context = await browser.newContext({ javaScriptEnabled });
      const page = await context.newPage();
      await page.goto(app.authorizationUrl({ scope: 'openid profile files:read', state: 'chess' }));
      await page.fill('#username', user.username);
      await page.fill('#password', 'wrong');
      await page.click('#sign-in');
      await page.fill('#password', user.password);
      await page.click('#sign-in');
      // Allowed the first time only.
      if (javaScriptEnabled) await page.click('#allow');
      await page.waitForURL((url) => url.searchParams.has('code'));
      const returned = new URL(page.url());
      assert.equal(returned.searchParams.get('state'), 'chess');
      assert.equal(await page.textContent('h1'), 'The chess club');
      const tokens = await read<TestTokens>(await app.exchange(returned.searchParams.get('code') ?? ''));
      const claims = await read<{ name: string }>(await app.userinfo(tokens.access_token));
      assert.equal(claims.name, user.name);
      await read(await app.refresh(tokens.refresh_token));
      const cookies = await context.cookies();
      assert.ok(cookies.some(({ path, httpOnly }) => path === '/auth' && httpOnly));
      assert.ok(cookies.every(({ path }) => path === '/auth'));
      await page.goto(`${issuer}/account/apps`);
      assert.ok((await page.textContent('main'))?.includes('Chess clock'));
      await context.close();
    }
  } finally {
    await browser.close();
  }
}

for (const check of [everyMethod, refusals, codeFlow]) {
  await check();
  console.info(`${check.name}: as expected`);
}
