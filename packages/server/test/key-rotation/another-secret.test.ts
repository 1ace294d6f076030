import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { type DeployedServer, Deployment, registerAt } from '../../../../test/kit/deployment.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { claimsOf, hmac, jwt, postAssertion } from '../client-assertion/assertions.js';
import { CachingClient, registerProgram } from './caching-client.js';

const before = 'Rk3Wz8Qp1Xv6Tn0Lb5Jd9Hs2Gf7Mc4Ya';
const after = 'Ve7Bq2Nw9Ks4Zt1Xf6Pj0Rm5Hd8Lc3Gy';

let deployment: Deployment;
beforeEach(async () => {
  deployment = new Deployment(await createDatabase('sqlite'));
  deployment.clock.now = Math.floor(Date.now() / 1000);
});
afterEach(() => deployment.stop());

async function count(settings: { secret: string; secretPrevious?: string }) {
  const management = await deployment.manageKeys(settings);
  const counts = await management.reencrypt();
  await management.close();
  return counts;
}

describe('another GRANTOR_SECRET, with the old one in GRANTOR_SECRET_PREVIOUS', () => {
  it('keeps the keys, and needs the old secret only once', async () => {
    const old = await deployment.start({ secret: before });
    const ask = await registerProgram(old);
    const token = await ask(old);
    await old.tick();
    await old.stop();

    const changed = await deployment.start({ secret: after, secretPrevious: before });
    await changed.stop();

    const later = await deployment.start({ secret: after });
    const client = new CachingClient(deployment.clock, () => `${later.url}/oauth2/jwks`);
    const { kid } = await client.verify(token);
    expect((await client.verify(await ask(later))).kid).toBe(kid);
    await expect(deployment.start({ secret: before })).rejects.toThrow('GRANTOR_SECRET_PREVIOUS');
  });

  it('keeps the secrets that clients sign with (OpenID Connect Core 1.0 §9)', async () => {
    const old = await deployment.start({ secret: before });
    const app = await registerAt(old, {
      redirectUris: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_jwt',
    });
    await old.stop();
    await (await deployment.start({ secret: after, secretPrevious: before })).stop();

    const later = await deployment.start({ secret: after });
    const secret = app.secret ?? '';
    const response = await postAssertion(
      { issuer: later.url },
      '/oauth2/token',
      jwt({ alg: 'HS256' }, claimsOf(app.id, 'http://localhost:9'), hmac(secret)),
      { grant_type: 'client_credentials' },
    );
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 200 });
  });

  it('lets processes with the old and the new secret run at the same time', async () => {
    const old = await deployment.start({ secret: before });
    const ask = await registerProgram(old);
    const fresh = await deployment.start({ secret: after, secretPrevious: before });
    await fresh.tick();
    // The old process cannot open the next keys that the new one made, and publishes them all the same.
    await expect(old.tick()).rejects.toThrow('cannot be decrypted');
    const client = new CachingClient(deployment.clock, () => `${old.url}/oauth2/jwks`);
    const published = await (await fetch(`${fresh.url}/oauth2/jwks`)).json();
    expect(await client.keys()).toEqual(published);
    for (const server of [old, fresh]) await client.verify(await ask(server));
  });

  it('responds to a retried refresh with the same bytes, and accepts a form of before', async () => {
    const old = await deployment.start({ secret: before });
    const registered = await registerAt(old, {
      scopes: ['openid', 'offline_access'],
      grant_types: ['authorization_code', 'refresh_token'],
    });
    const app = ({ url }: DeployedServer) => registered.with({ at: url, browser: new HttpBrowser() });
    const { refresh_token: token } = await app(old).tokens({ scope: 'openid offline_access' });
    const answer = await (await app(old).refresh(token)).text();
    const browser = new HttpBrowser();
    const page = await browser.open(app(old).authorizationUrl());
    const ticket = new URL(page.url).search;
    const answered = app(old);
    await answered.code();
    const spent = await answered.browser.open(answered.authorizationUrl({ prompt: 'consent' }));
    await answered.browser.submit(spent, 'deny');
    await old.stop();

    const changed = await deployment.start({ secret: after, secretPrevious: before });
    expect(await (await app(changed).refresh(token)).text()).toBe(answer);
    const again = await browser.open(`${changed.url}/signin${ticket}`);
    expect(again).toMatchObject({
      status: 200,
      html: expect.stringContaining('id="sign-in"'),
    });
    const replayed = await answered.browser.open(`${changed.url}/consent${new URL(spent.url).search}`);
    expect(replayed.html).toContain('You have already answered this request');
    await changed.stop();

    // With the old secret gone, both are refused, and neither is a failure of the server.
    const later = await deployment.start({ secret: after });
    const refused = await app(later).refresh(token);
    expect({ status: refused.status, body: await refused.json() }).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect((await browser.open(`${later.url}/signin${ticket}`)).status).toBe(400);
  });

  it('counts what each secret encrypted, and keeps what it cannot decrypt', async () => {
    const old = await deployment.start({ secret: before });
    await registerAt(old, {
      redirectUris: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_jwt',
    });
    await old.stop();
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
