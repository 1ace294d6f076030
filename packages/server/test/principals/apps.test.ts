import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, callApi, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

const newApp = { name: 'App', redirect_uris: ['https://app.example.com/callback'] };

/** From the registration of an app to what it does here, with nothing but what OAuth gives it. */
describe.each(databases)('an app at the management API, on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  const status = async (token: string, method: string, path: string, body?: unknown) =>
    (await callApi(grantor, bearer(token), method, path, body)).status;

  it.each(['jwt', 'opaque'])(
    'acts for a user within the allowed scopes, with a token that is %s',
    async (format) => {
      const app = await registerApp(grantor, {
        access_token_format: format,
        scopes: ['openid', 'grantor.clients:read', 'grantor.clients:write', 'accounts.self:read'],
      });
      const reading = await app.tokens({ scope: 'openid grantor.clients:read' });
      expect(await status(reading.access_token, 'GET', '/clients')).toBe(200);
      expect(await status(reading.access_token, 'POST', '/clients', newApp)).toBe(403);
      expect(await status(reading.access_token, 'GET', '/people/@self')).toBe(403);

      const writing = await app.tokens({ scope: 'grantor.clients:write accounts.self:read' });
      const { access_token: token } = writing;
      const created = await callApi(grantor, bearer(token), 'POST', '/clients', newApp);
      expect(created.status).toBe(201);
      const { id, created_by: creator } = (await created.json()) as { id: string; created_by: string };
      const self = await callApi(grantor, bearer(token), 'GET', '/people/@self');
      expect(await self.json()).toMatchObject({ response: { id: creator } });
      expect(await status(token, 'GET', `/clients/${id}`)).toBe(200);
      // The app was registered by another user.
      expect(await status(token, 'GET', `/clients/${app.id}`)).toBe(404);

      await app.revoke(token);
      expect(await status(token, 'GET', '/clients')).toBe(401);
    },
  );

  it('acts for itself with its own token, until its secret is rotated', async () => {
    const app = await registerApp(grantor, {
      grant_types: ['client_credentials'],
      redirectUris: [],
      scopes: ['grantor.clients:write'],
    });
    const answer = await app.post('/oauth2/token', {
      grant_type: 'client_credentials',
      scope: 'grantor.clients:write',
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const created = await callApi(grantor, bearer(token), 'POST', '/clients', newApp);
    expect(await created.json()).toMatchObject({ created_by: app.id });
    expect(await status(token, 'GET', '/people/@self')).toBe(403);
    expect(await status(token, 'GET', '/security/oauth2/token')).toBe(403);
    await grantor.api('PATCH', `/clients/${app.id}/regenerate`);
    expect(await status(token, 'GET', '/clients')).toBe(401);
  });

  it('cannot use an ID token or a refresh token', async () => {
    const app = await registerApp(grantor, {
      scopes: ['openid', 'offline_access', 'grantor.clients:read'],
    });
    const tokens = await app.tokens({
      scope: 'openid offline_access grantor.clients:read',
      prompt: 'consent',
    });
    const code = await app.code({ scope: 'openid grantor.clients:read' });
    for (const other of [tokens.id_token, tokens.refresh_token, code, app.secret ?? '']) {
      expect(other).not.toBe('');
      expect(await status(other, 'GET', '/clients')).toBe(401);
    }
  });

  it.each(['jwt', 'opaque'])(
    'gets an x-signature that expires with its token, which is %s',
    async (format) => {
      const scopes = ['openid', 'offline_access', 'grantor.clients:read'];
      const app = await registerApp(grantor, { access_token_format: format, scopes });
      const tokens = await app.tokens({ scope: scopes.join(' '), prompt: 'consent' });
      const signature = await xSignatureFor(grantor, bearer(tokens.access_token));
      const other = await app.refresh(tokens.refresh_token);
      const refreshed = (await other.json()) as { access_token: string };
      const signed = async () =>
        (await callApi(grantor, { 'x-signature': signature }, 'GET', '/clients')).status;
      expect(await signed()).toBe(200);
      await app.revoke(tokens.access_token);
      expect(await signed()).toBe(403);
      // The grant goes on, and what else it gave.
      expect(await status(refreshed.access_token, 'GET', '/clients')).toBe(200);
    },
  );

  it('has no access by scopes for another API', async () => {
    const app = await registerApp(grantor, {
      scopes: ['grantor.clients:read', 'files:read'],
      audience: 'https://api.example.com',
    });
    const elsewhere = await app.tokens({ scope: 'grantor.clients:read' });
    expect(await status(elsewhere.access_token, 'GET', '/clients')).toBe(401);
    const here = await app.tokens({ scope: 'grantor.clients:read', resource: grantor.issuer });
    expect(await status(here.access_token, 'GET', '/clients')).toBe(200);
    const signature = await xSignatureFor(grantor, bearer(here.access_token));
    expect((await callApi(grantor, { 'x-signature': signature }, 'GET', '/clients')).status).toBe(200);
  });
});
