import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { TestApp } from '../../../../test/kit/test-app.js';
import { openKeyManagement } from '../../src/compose/key-management.js';
import { claimsOf, hmac, jwt } from '../client-assertion/assertions.js';
import { CachingClient, Deployment, type DrivenServer, registerProgram } from './world.js';

const before = 'Rk3Wz8Qp1Xv6Tn0Lb5Jd9Hs2Gf7Mc4Ya';
const after = 'Ve7Bq2Nw9Ks4Zt1Xf6Pj0Rm5Hd8Lc3Gy';
const person = { username: 'ada@example.com', password: 'analytical-engine', name: 'Administrator' };

let folder: string;
let deployment: Deployment;
const running: DrivenServer[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grantor-test-'));
  deployment = new Deployment(`sqlite:${join(folder, 'grantor.db')}`);
  deployment.clock.now = Math.floor(Date.now() / 1000);
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(settings: { secret: string; secretPrevious?: string }): Promise<DrivenServer> {
  const server = await deployment.start(settings);
  running.push(server);
  return server;
}

async function stop(server: DrivenServer): Promise<void> {
  running.splice(running.indexOf(server), 1);
  await server.stop();
}

async function register(
  url: string,
  metadata: object,
): Promise<{ client_id: string; client_secret: string }> {
  const response = await fetch(`${url}/api/2.0/clients`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer test-key-with-more-than-20-characters',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ name: 'App', ...metadata }),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { client_id: string; client_secret: string };
}

async function count(settings: { secret: string; secretPrevious?: string }) {
  const management = await openKeyManagement(deployment.config(settings), { stretch: cheapStretch });
  const counts = await management.reencrypt();
  await management.close();
  return counts;
}

describe('another GRANTOR_SECRET, with the old one in GRANTOR_SECRET_PREVIOUS', () => {
  it('keeps the keys, and needs the old one once only', async () => {
    const old = await start({ secret: before });
    const ask = await registerProgram(old.url);
    const token = await ask(old.url);
    await old.tick();
    await stop(old);

    const changed = await start({ secret: after, secretPrevious: before });
    await stop(changed);

    const later = await start({ secret: after });
    const client = new CachingClient(deployment.clock, () => `${later.url}/oauth2/jwks`);
    const { kid } = await client.verify(token);
    expect((await client.verify(await ask(later.url))).kid).toBe(kid);
    await expect(deployment.start({ secret: before })).rejects.toThrow('GRANTOR_SECRET_PREVIOUS');
  });

  it('keeps the secrets that clients sign with (OpenID Connect Core 1.0 §9)', async () => {
    const old = await start({ secret: before });
    const { client_id: id, client_secret: secret } = await register(old.url, {
      redirectUris: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_jwt',
    });
    await stop(old);
    await stop(await start({ secret: after, secretPrevious: before }));

    const later = await start({ secret: after });
    const response = await fetch(`${later.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: jwt({ alg: 'HS256' }, claimsOf(id, 'http://localhost:9'), hmac(secret)),
      }),
    });
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 200 });
  });

  it('lets processes with the old and the new secret work side by side while it is changed', async () => {
    const old = await start({ secret: before });
    const ask = await registerProgram(old.url);
    const fresh = await start({ secret: after, secretPrevious: before });
    await fresh.tick();
    // The old process cannot open the next keys that the new one made, and publishes them all the same.
    await expect(old.tick()).rejects.toThrow('cannot be decrypted');
    const client = new CachingClient(deployment.clock, () => `${old.url}/oauth2/jwks`);
    const published = await (await fetch(`${fresh.url}/oauth2/jwks`)).json();
    expect(await client.keys()).toEqual(published);
    for (const { url } of [old, fresh]) await client.verify(await ask(url));
  });

  it('responds to a retried refresh with the same bytes, and opens a form that was under way', async () => {
    const old = await start({ secret: before });
    const registered = await register(old.url, {
      redirectUris: ['https://app.example.com/callback'],
      scopes: ['openid', 'offline_access'],
      grant_types: ['authorization_code', 'refresh_token'],
    });
    const app = (at: string, browser?: HttpBrowser) =>
      new TestApp(
        at,
        registered.client_id,
        registered.client_secret,
        'https://app.example.com/callback',
        person,
        browser,
      );
    const { refresh_token: token } = await app(old.url).tokens({ scope: 'openid offline_access' });
    const answer = await (await app(old.url).refresh(token)).text();
    const browser = new HttpBrowser();
    const page = await browser.open(app(old.url).authorizationUrl());
    const ticket = new URL(page.url).search;
    const answered = app(old.url);
    await answered.code();
    const spent = await answered.browser.open(answered.authorizationUrl({ prompt: 'consent' }));
    await answered.browser.submit(spent, 'deny');
    await stop(old);

    const changed = await start({ secret: after, secretPrevious: before });
    expect(await (await app(changed.url).refresh(token)).text()).toBe(answer);
    const again = await browser.open(`${changed.url}/signin${ticket}`);
    expect(again).toMatchObject({
      status: 200,
      html: expect.stringContaining('id="sign-in"'),
    });
    const replayed = await answered.browser.open(`${changed.url}/consent${new URL(spent.url).search}`);
    expect(replayed.html).toContain('You have already answered this request');
    await stop(changed);

    // With the old secret gone, both are refused, and neither is a failure of the server.
    const later = await start({ secret: after });
    const refused = await app(later.url).refresh(token);
    expect({ status: refused.status, body: await refused.json() }).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect((await browser.open(`${later.url}/signin${ticket}`)).status).toBe(400);
  });

  it('tells what is sealed with what, and loses nothing that it cannot open', async () => {
    const old = await start({ secret: before });
    await register(old.url, {
      redirectUris: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_jwt',
    });
    await stop(old);
    expect(await count({ secret: 'Aw6Zk1Tq8Vn3Xb0Rj5Hm9Ds2Lf7Gc4Py' })).toEqual({
      current: 0,
      resealed: 0,
      lost: 5,
    });
    expect(await count({ secret: after, secretPrevious: before })).toEqual({
      current: 0,
      resealed: 5,
      lost: 0,
    });
    expect(await count({ secret: after })).toEqual({ current: 5, resealed: 0, lost: 0 });
  });
});
