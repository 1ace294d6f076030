import { afterEach, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../../../../test/kit/browser.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { purge } from '../../src/operations/purge.js';

let grantor: TestServer | undefined;
afterEach(() => grantor?.stop());

it.each(databases)(
  'purges a grant only when its last JWT access token has expired, on %s',
  async (database) => {
    let now = 1_800_000_000;
    const settings = {
      codeSeconds: 60,
      accessTokenSeconds: 900,
      refreshRetrySeconds: 30,
      unusedClientSeconds: 86_400,
      auditSeconds: 86_400,
    };
    grantor = await startServer({ database, settings, clock: () => now });
    const { issuer, server, user } = grantor;
    const run = () => purge({ store: server.store, clock: () => now, ...settings });
    const client = await grantor.register({
      redirectUris: ['https://app.example.com/cb'],
      grantTypes: ['authorization_code'],
    });
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: client.client_id,
      scope: 'openid',
    });
    query.set('redirect_uri', 'https://app.example.com/cb');
    const callback = await connect(new HttpBrowser(), `${issuer}/oauth2/authorize?${query.toString()}`, user);
    const response = await fetch(`${issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: 'https://app.example.com/cb',
        client_id: client.client_id,
        client_secret: client.client_secret,
      }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    const userinfo = async () =>
      (await fetch(`${issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status;

    now += 890;
    expect(await run()).toBe(0);
    expect(await userinfo()).toBe(200);

    now += 90;
    expect(await run()).toBeGreaterThan(0);
    expect(await userinfo()).toBe(401);
    expect(await run()).toBe(0);
  },
);

it('purges audit events that are older than they are kept, and none where they are kept for ever', async () => {
  let now = 1_800_000_000;
  grantor = await startServer({ clock: () => now });
  const { store } = grantor.server;
  const { client_id: clientId } = await grantor.register({ redirectUris: ['https://app.example.com/cb'] });
  const run = (auditSeconds: number) =>
    purge({
      store,
      clock: () => now,
      accessTokenSeconds: 900,
      refreshRetrySeconds: 30,
      unusedClientSeconds: 86_400,
      auditSeconds,
    });
  const left = async () => (await store.audit.list({ limit: 9, after: null }, { clientId })).items.length;
  now += 86_400;
  await run(86_400);
  expect(await left()).toBe(1);
  now += 1;
  await run(0);
  expect(await left()).toBe(1);
  await run(86_400);
  expect(await left()).toBe(0);
});
