import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, callApi, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { newestEvents } from '../../../../test/kit/audit-events.js';
import { addApiKey } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { addSignedInUser, addUser, disableUser } from '../../../../test/kit/users.js';
import { ownTokenOf, tokenOf } from './access-tokens.js';

const ALL = ['grantor.clients:write', 'grantor.keys:write', 'accounts.self:read'];

describe.each(databases)('the caller of the management API, on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  const register = async (headers: Record<string, string>) => {
    const response = await callApi(grantor, headers, 'POST', '/clients', {
      name: 'App',
      redirect_uris: ['https://app.example.com/callback'],
    });
    expect(response.status, await response.clone().text()).toBe(201);
    return (await response.json()) as { client_id: string; created_by: string };
  };

  it('is the same user by key, access token, session and x-signature', async () => {
    const { user, cookie } = await addSignedInUser(grantor);
    const { key } = await addApiKey(grantor, user);
    const { token } = await tokenOf(grantor, user, ALL);
    const signature = await xSignatureFor(grantor, { cookie });
    const making = [bearer(key), bearer(token), { cookie }];
    // One made with a session reads and deletes only (signed-by-session.test.ts).
    const ways = [...making, { 'x-signature': signature }];
    for (const headers of making) {
      const { client_id: id, created_by: creator } = await register(headers);
      expect(creator).toBe(user.id);
      for (const others of ways) {
        expect((await callApi(grantor, others, 'GET', `/clients/${id}`)).status).toBe(200);
      }
    }
  });

  it('gets no cookie, since only pages need one', async () => {
    const { user, cookie } = await addSignedInUser(grantor);
    const { key } = await addApiKey(grantor, user);
    for (const headers of [bearer(key), { cookie }, {}]) {
      const response = await callApi(grantor, headers, 'GET', '/clients');
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });

  it('is written into the audit trail, with what they were known by', async () => {
    const { user, cookie } = await addSignedInUser(grantor);
    const { id: keyId, key } = await addApiKey(grantor, user);
    const { token, clientId } = await tokenOf(grantor, user, ALL);
    const own = await ownTokenOf(grantor, ALL);
    const via: Record<string, Record<string, string>> = {
      session: { cookie },
      [`api_key:${keyId}`]: bearer(key),
      [`access_token:${clientId}`]: bearer(token),
      [`access_token:${own.clientId}`]: bearer(own.token),
      [`x_signature:api_key:${keyId}`]: { 'x-signature': await xSignatureFor(grantor, bearer(key)) },
    };
    for (const [name, headers] of Object.entries(via)) {
      const { client_id: id } = await register(headers);
      const events = await newestEvents(grantor);
      const event = events.find(({ clientId: about }) => about === id);
      expect(event).toMatchObject({ type: 'client.created', via: name });
      const actor = name === `access_token:${own.clientId}` ? own.clientId : user.id;
      expect(event?.actor.id).toBe(actor);
    }
  });

  it('can be an app that acts for itself, which sees only the apps that it registered', async () => {
    const own = await ownTokenOf(grantor, ['grantor.clients:write']);
    const other = await ownTokenOf(grantor, ['grantor.clients:write']);
    const { client_id: id, created_by: creator } = await register(bearer(own.token));
    expect(creator).toBe(own.clientId);
    const listed = await callApi(grantor, bearer(own.token), 'GET', '/clients');
    expect(((await listed.json()) as { data: { id: string }[] }).data.map((app) => app.id)).toEqual([id]);
    expect((await callApi(grantor, bearer(other.token), 'GET', `/clients/${id}`)).status).toBe(404);
    // Not even itself: another user registered it.
    expect((await callApi(grantor, bearer(own.token), 'GET', `/clients/${own.clientId}`)).status).toBe(404);
    expect((await callApi(grantor, bearer(own.token), 'GET', '/registration-tokens')).status).toBe(403);
  });

  it('has the current role of the user', async () => {
    const { store } = grantor.server;
    await addUser(grantor, { isAdmin: true });
    const user = await addUser(grantor, { isAdmin: true });
    const { key } = await addApiKey(grantor, user);
    const { token } = await tokenOf(grantor, user, ['grantor.clients:read']);
    const ways = [bearer(key), bearer(token), { 'x-signature': await xSignatureFor(grantor, bearer(key)) }];
    for (const headers of ways) {
      expect((await callApi(grantor, headers, 'GET', '/registration-tokens')).status).toBe(200);
    }
    await store.accounts.update(user.id, () => ({ isAdmin: false, updatedAt: 1 }));
    for (const headers of ways) {
      expect((await callApi(grantor, headers, 'GET', '/registration-tokens')).status).toBe(403);
      expect((await callApi(grantor, headers, 'GET', '/clients')).status).toBe(200);
    }
  });

  it('is limited to the scopes of the token, also if the user may do more (RFC 6750 §3.1)', async () => {
    const user = await addUser(grantor, { isAdmin: true });
    const { token } = await tokenOf(grantor, user, ['grantor.clients:read', 'files:write']);
    expect((await callApi(grantor, bearer(token), 'GET', '/clients')).status).toBe(200);
    const refused = await callApi(grantor, bearer(token), 'POST', '/clients', { name: 'x' });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer realm="Grantor API", error="insufficient_scope", scope="grantor.clients:write"',
    );
  });

  it('is refused with a token for another API, even with the right scopes (RFC 9068 §4)', async () => {
    const user = await addUser(grantor, { isAdmin: true });
    for (const audience of [['https://api.example'], [`${grantor.issuer}/other`], [`${grantor.issuer}x`]]) {
      const { token } = await tokenOf(grantor, user, ALL, { audience });
      const refused = await callApi(grantor, bearer(token), 'GET', '/clients');
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toBe(
        'Bearer realm="Grantor API", error="invalid_token"',
      );
      expect(await refused.json()).toMatchObject({ detail: expect.stringContaining(grantor.issuer) });
    }
    const spelled = await tokenOf(grantor, user, ALL, {
      audience: ['https://a.example', `${grantor.issuer}/`],
    });
    expect((await callApi(grantor, bearer(spelled.token), 'GET', '/clients')).status).toBe(200);
  });

  it('is refused with a revoked token, or with a disabled user or app', async () => {
    const { store } = grantor.server;
    const status = async (token: string) => (await callApi(grantor, bearer(token), 'GET', '/clients')).status;
    const user = await addUser(grantor);
    const revoked = await tokenOf(grantor, user, ALL);
    await store.grants.revoke(revoked.grantId, 1);
    expect(await status(revoked.token)).toBe(401);
    const stopped = await tokenOf(grantor, user, ALL);
    await store.clients.update(stopped.clientId, { enabled: false, updatedAt: 1 });
    expect(await status(stopped.token)).toBe(401);
    const live = await tokenOf(grantor, user, ALL);
    expect(await status(live.token)).toBe(200);
    await disableUser(grantor, user);
    expect(await status(live.token)).toBe(401);
  });

  it('can request this API as a resource if the default audience is another one (RFC 8707 §2)', async () => {
    const other = await startServer({ database, settings: { audience: 'https://api.example' } });
    const app = await registerApp(other);
    const elsewhere = await app.tokens({ scope: 'accounts.self:read' });
    expect((await callApi(other, bearer(elsewhere.access_token), 'GET', '/people/@self')).status).toBe(401);
    const here = await app.tokens({ scope: 'accounts.self:read', resource: other.issuer });
    expect((await callApi(other, bearer(here.access_token), 'GET', '/people/@self')).status).toBe(200);
    await other.stop();
  });

  it.each([
    ['Bearer', 401],
    ['Bearer ', 401],
    ['bearer wrong', 401],
    ['Bearer wrong, Bearer other', 401],
    [`Bearer ${'x'.repeat(7000)}`, 401],
    ['Bearer a.b.c', 401],
    ['Bearer ééé', 401],
  ])(
    'uses only the bearer token if one is sent: %s is refused, also with a valid cookie and signature',
    async (authorization, status) => {
      const { user, cookie } = await addSignedInUser(grantor);
      const { key } = await addApiKey(grantor, user);
      const signature = await xSignatureFor(grantor, bearer(key));
      const sent = Buffer.from(authorization).toString('latin1');
      const refused = await callApi(
        grantor,
        { authorization: sent, cookie, 'x-signature': signature },
        'GET',
        '/clients',
      );
      expect(refused.status).toBe(status);
      expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
    },
  );

  it('prefers a signature in the header to cookies, and refuses an invalid one despite a session', async () => {
    const { cookie } = await addSignedInUser(grantor);
    const refused = await callApi(grantor, { cookie, 'x-signature': 'wrong' }, 'GET', '/clients');
    expect(refused.status).toBe(403);
  });

  it('prefers the session to a signature in a cookie, which a sibling host can plant (login CSRF)', async () => {
    const { user, cookie } = await addSignedInUser(grantor);
    const attacker = await addApiKey(grantor, await addUser(grantor));
    const planted = await xSignatureFor(grantor, bearer(attacker.key));
    for (const both of [`x-signature=${planted}; ${cookie}`, `${cookie}; x-signature=${planted}`]) {
      expect((await register({ cookie: both })).created_by).toBe(user.id);
    }
    // After that session has ended, only the signature remains.
    expect((await register({ cookie: `grantor_session=gone; x-signature=${planted}` })).created_by).not.toBe(
      user.id,
    );
  });

  it('gets a challenge without a credential and with an expired session (RFC 6750 §3)', async () => {
    for (const headers of [
      {},
      { cookie: 'grantor_session=gone' },
      { authorization: 'Basic YTpi' },
      { cookie: 'x=1' },
    ]) {
      const refused = await callApi(grantor, headers as Record<string, string>, 'GET', '/clients');
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="Grantor API"');
    }
  });

  it('is signed out of this API too', async () => {
    const { browser, cookie } = await addSignedInUser(grantor);
    expect((await callApi(grantor, { cookie }, 'GET', '/clients')).status).toBe(200);
    await browser.submit(await browser.open(`${grantor.issuer}/signout`), 'sign-out');
    expect((await callApi(grantor, { cookie }, 'GET', '/clients')).status).toBe(401);
  });

  it('never gets its credential back in a response (CWE-209)', async () => {
    const marker = 'zq7-marker';
    for (const headers of [bearer(marker), { 'x-signature': marker }, { cookie: `x-signature=${marker}` }]) {
      const refused = await callApi(grantor, headers, 'GET', '/clients');
      expect(refused.status).toBeGreaterThan(400);
      expect((await refused.text()) + JSON.stringify([...refused.headers])).not.toContain(marker);
    }
  });

  it('is the same below the path of an issuer, with every credential', async () => {
    const below = await startServer({ database, path: '/auth' });
    const { user, cookie } = await addSignedInUser(below);
    const { key } = await addApiKey(below, user);
    const { token } = await tokenOf(below, user, ALL);
    const signature = await xSignatureFor(below, { cookie });
    for (const headers of [bearer(key), bearer(token), { cookie }, { 'x-signature': signature }]) {
      const self = await callApi(below, headers, 'GET', '/people/@self');
      expect(await self.json()).toMatchObject({
        response: { id: user.id },
        links: [{ href: '/auth/api/2.0/people/@self' }],
      });
    }
    // The root of the host is another API.
    const root = await tokenOf(below, user, ALL, { audience: [new URL(below.issuer).origin] });
    expect((await callApi(below, bearer(root.token), 'GET', '/clients')).status).toBe(401);
    const own = { cookie, origin: new URL(below.issuer).origin };
    expect((await callApi(below, own, 'POST', '/keys', { name: 'x' })).status).toBe(201);
    await below.stop();
  });

  it('is a developer if the operator allows it', async () => {
    const strict = await startServer({ database, settings: { developers: 'administrators' } });
    const user = await addUser(strict);
    const { key } = await addApiKey(strict, user);
    expect((await callApi(strict, bearer(key), 'GET', '/clients')).status).toBe(403);
    const signature = await xSignatureFor(strict, bearer(key));
    expect((await callApi(strict, { 'x-signature': signature }, 'GET', '/clients')).status).toBe(403);
    expect((await callApi(strict, { 'x-signature': signature }, 'GET', '/keys')).status).toBe(200);
    await strict.stop();
  });
});
