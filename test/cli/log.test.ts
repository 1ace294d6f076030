import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { bearer, bodyOf, callApi } from '../kit/api-calls.js';
import { HttpBrowser } from '../kit/browser.js';
import { startServe } from '../kit/grantor-process.js';
import type { RegisteredTestClient } from '../kit/servers.js';
import { temporaryFolder } from '../kit/temporary-folder.js';

const APP = 'http://localhost:3000/callback';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

class WatchedBrowser extends HttpBrowser {
  /** By name, as they were last set. */
  readonly cookies = new Map<string, string>();

  override async request(url: string, init?: RequestInit): Promise<Response> {
    const response = await super.request(url, init);
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]+)/.exec(set) ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }
}

it('never has a code, token, secret, password or cookie', async () => {
  const folder = await temporaryFolder();
  const secrets = {
    apiKey: 'a first key, with more than 20 characters',
    password: 'correct horse battery',
    wrongPassword: 'wrong horse battery',
  };
  const { issuer, process } = await startServe(
    {
      GRANTOR_LOG_LEVEL: 'debug',
      GRANTOR_API_KEY: secrets.apiKey,
      GRANTOR_ADMIN_EMAIL: 'root@example.com',
      GRANTOR_ADMIN_PASSWORD: secrets.password,
      // Every replay of a refresh token is one.
      GRANTOR_REFRESH_RETRY_SECONDS: '0',
    },
    folder,
  );
  onTestFinished(async () => void (await process.stop()));

  const seen = new Map<string, string>(Object.entries(secrets));
  const keep = (name: string, value: string | null | undefined) => {
    expect(value, name).toBeTruthy();
    seen.set(name, value ?? '');
    return value ?? '';
  };
  keep('secret', (await readFile(join(folder, 'grantor.secret'), 'utf8')).trim());

  const app = {
    name: 'Logged',
    redirectUris: [APP],
    grantTypes: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'offline_access'],
  };
  const client = await bodyOf<RegisteredTestClient>(
    callApi({ issuer }, bearer(secrets.apiKey), 'POST', '/clients', app),
    201,
  );
  keep('client secret', client.client_secret);

  const browser = new WatchedBrowser();
  const state = keep('state', 'state-of-the-app-7f3a');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: APP,
    scope: 'openid offline_access',
    state,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const user = { username: 'root@example.com', password: secrets.password };
  let page = await browser.open(`${issuer}/oauth2/authorize?${query}`);
  keep('ticket', new URL(page.url).searchParams.get('ticket'));
  page = await browser.submit(page, 'sign-in', { ...user, password: secrets.wrongPassword });
  expect(page.status).toBe(400);
  page = await browser.signIn(page, user);
  page = await browser.submit(page, 'allow');
  const code = keep('code', page.left?.searchParams.get('code'));
  // The session, the form token's browser, the browser as one that has signed in, and the state for session management.
  expect(browser.cookies.size).toBe(4);
  for (const [name, value] of browser.cookies) keep(`cookie ${name}`, value);

  const token = async (form: Record<string, string>) => {
    const body = new URLSearchParams({
      client_id: client.client_id,
      client_secret: client.client_secret,
      ...form,
    });
    const answer = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const exchange = { grant_type: 'authorization_code', code, redirect_uri: APP, code_verifier: VERIFIER };
  keep('verifier', VERIFIER);
  const wrongSecret = keep('wrong client secret', 'not-the-secret-of-this-client');
  expect((await token({ ...exchange, client_secret: wrongSecret })).status).toBe(401);
  const first = await token(exchange);
  expect(first.status).toBe(200);
  for (const name of ['access_token', 'refresh_token', 'id_token']) keep(name, first.body[name]);
  const refresh = { grant_type: 'refresh_token', refresh_token: first.body.refresh_token ?? '' };
  const second = await token(refresh);
  expect(second.status).toBe(200);
  for (const name of ['access_token', 'refresh_token', 'id_token']) keep(`next ${name}`, second.body[name]);
  const authorization = `Bearer ${second.body.access_token}`;
  expect((await fetch(`${issuer}/oauth2/userinfo`, { headers: { authorization } })).status).toBe(200);

  // The server counts whole seconds, and a retry within the same one is still a retry.
  const spentAt = Math.floor(Date.now() / 1000);
  while (Math.floor(Date.now() / 1000) === spentAt) await setTimeout(20);
  // What goes wrong is what gets logged: replays, nonsense, secrets in the wrong place.
  expect((await token(refresh)).status).toBe(400);
  expect((await token(exchange)).status).toBe(400);
  const misplaced = [
    `/nowhere?code=${code}&access_token=${second.body.access_token}`,
    `/oauth2/authorize?client_secret=${client.client_secret}&client_id=${client.client_secret}`,
    `/oauth2/userinfo?access_token=${second.body.access_token}`,
    `/signin?ticket=${seen.get('ticket')}x`,
  ];
  for (const path of misplaced) {
    expect((await fetch(`${issuer}${path}`, { headers: { authorization } })).status).toBeGreaterThanOrEqual(
      400,
    );
  }
  const credentials = Buffer.from(`${client.client_id}:${wrongSecret}`).toString('base64');
  for (const path of ['/oauth2/token', '/oauth2/revoke', '/signin', '/consent', '/api/2.0/clients']) {
    const answer = await fetch(`${issuer}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: `password=${encodeURIComponent(secrets.password)}&token=${second.body.refresh_token}&code=${code}&code=${code}`,
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  }
  keep('credentials', credentials);

  const { code: exitCode, stdout, stderr } = await process.stop();
  expect(exitCode).toBe(0);
  const lines = `${stdout}${stderr}`.trimEnd().split('\n');
  expect(lines.length, 'there is something to look through').toBeGreaterThan(8);
  expect(seen.size).toBeGreaterThan(15);
  for (const [name, value] of seen) {
    for (const shape of new Set([value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)])) {
      expect(
        lines.filter((line) => line.includes(shape)),
        name,
      ).toEqual([]);
    }
  }
});
