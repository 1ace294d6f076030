import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { manage, minimal, nativeApp, registered, sendable } from './support.js';

describe.each(databases)('repeated registrations on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database, settings: { registration: 'open' } });
  });
  afterAll(() => grantor.stop());

  let count = 0;
  /** A public app that no other test registers. */
  const app = () => {
    count += 1;
    return { ...nativeApp, client_name: `Code helper ${count}` };
  };

  it('recognises a public app that repeats its registration, as some do at each connection', async () => {
    const members = app();
    const first = await registered(grantor, members);
    const second = await registered(grantor, members);
    expect(second.client_id).toBe(first.client_id);
    expect(second.registration_access_token).not.toBe(first.registration_access_token);
    for (const one of [first, second]) expect((await manage(one, 'GET')).status).toBe(200);
  });

  it('recognises it also with members in another order and with explicit defaults', async () => {
    const members = app();
    const first = await registered(grantor, members);
    const reversed = Object.fromEntries(Object.entries(members).toReversed());
    const second = await registered(grantor, { ...reversed, id_token_signed_response_alg: 'RS256' });
    expect(second.client_id).toBe(first.client_id);
  });

  it('creates one app for many simultaneous registrations', async () => {
    const members = app();
    const all = await Promise.all(Array.from({ length: 6 }, () => registered(grantor, members)));
    expect(new Set(all.map(({ client_id: id }) => id)).size).toBe(1);
  });

  it.each([
    ['another redirect URI', { redirect_uris: ['http://127.0.0.1/other'] }],
    ['another name', { client_name: 'Code Helper' }],
    ['fewer scopes', { scope: 'openid' }],
    ['a logo', { logo_uri: 'https://helper.example/logo.png' }],
  ])('treats an app with %s as another one', async (_what, difference) => {
    const members = app();
    const first = await registered(grantor, members);
    expect((await registered(grantor, { ...members, ...difference })).client_id).not.toBe(first.client_id);
  });

  it.each(['client_secret_basic', 'client_secret_post', 'client_secret_jwt'])(
    'never discloses the secret of another party: with %s each is a separate app',
    async (method) => {
      const members = { ...minimal, token_endpoint_auth_method: method };
      const [first, second] = [await registered(grantor, members), await registered(grantor, members)];
      expect(second.client_id).not.toBe(first.client_id);
      expect(second.client_secret).not.toBe(first.client_secret);
    },
  );

  it('refuses to change a shared app: the first caller could send its users elsewhere', async () => {
    const members = app();
    const attacker = await registered(grantor, members);
    const victim = await registered(grantor, members);
    const evil = { ...sendable(attacker), redirect_uris: ['https://evil.example/'] };
    for (const one of [attacker, victim]) expect((await manage(one, 'PUT', evil)).status).toBe(403);
    expect(await (await manage(victim, 'GET')).json()).toMatchObject({
      redirect_uris: members.redirect_uris,
    });
    // Nor after the others have left.
    expect((await manage(victim, 'DELETE')).status).toBe(204);
    expect((await manage(attacker, 'PUT', evil)).status).toBe(403);
  });

  it('deletes nothing of the others if one deletes itself', async () => {
    const members = app();
    const [one, other] = [await registered(grantor, members), await registered(grantor, members)];
    expect((await manage(one, 'DELETE')).status).toBe(204);
    expect((await manage(one, 'GET')).status).toBe(401);
    expect((await manage(other, 'GET')).status).toBe(200);
    expect((await manage(other, 'DELETE')).status).toBe(204);
    expect((await grantor.api('GET', `/clients/${one.client_id}`)).status).toBe(200);
  });

  it('does not recognise an app that has changed since, itself or by the operator', async () => {
    const members = app();
    const first = await registered(grantor, members);
    await manage(first, 'PUT', { ...sendable(first), redirect_uris: ['http://127.0.0.1/new'] });
    const second = await registered(grantor, members);
    expect(second.client_id).not.toBe(first.client_id);
    await grantor.api('PUT', `/clients/${second.client_id}`, { audience: 'https://payments.example' });
    expect((await registered(grantor, members)).client_id).not.toBe(second.client_id);
  });

  it('keeps an app disabled that the operator has disabled, however often it registers', async () => {
    const members = app();
    const first = await registered(grantor, members);
    await grantor.api('PUT', `/clients/${first.client_id}`, { enabled: false });
    const again = await registered(grantor, members);
    expect(again.client_id).toBe(first.client_id);
    const shown = await grantor.api('GET', `/clients/${again.client_id}`);
    expect(await shown.json()).toMatchObject({ enabled: false });
  });
});
