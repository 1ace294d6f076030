import { afterEach, expect, it } from 'vitest';
import { purgeAt } from '../../../../test/kit/purge.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

let grantor: TestServer | undefined;
afterEach(() => grantor?.stop());

it.each(databases)(
  'purges a grant only when its last JWT access token has expired, on %s',
  async (database) => {
    let now = 1_800_000_000;
    grantor = await startServer({ database, settings: { codeSeconds: 60 }, clock: () => now });
    const app = await registerApp(grantor, { grantTypes: ['authorization_code'] });
    const { access_token: token } = await app.tokens({ scope: 'openid' });
    const server = grantor;
    const run = () => purgeAt(server, now);
    const userinfo = async () => (await app.userinfo(token)).status;

    now += 890;
    expect(await run()).toBe(0);
    expect(await userinfo()).toBe(200);

    now += 90;
    expect(await run()).toBeGreaterThan(0);
    expect(await userinfo()).toBe(401);
    expect(await run()).toBe(0);
  },
);

it('purges audit events after their time, and none if they are kept without limit', async () => {
  let now = 1_800_000_000;
  grantor = await startServer({ clock: () => now });
  const server = grantor;
  const { store } = server.server;
  const { client_id: clientId } = await grantor.register({ redirectUris: ['https://app.example.com/cb'] });
  const run = (auditSeconds: number) => purgeAt(server, now, { auditSeconds });
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
