import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, TestApp } from '../../../../test/kit/test-app.js';
import { manage, minimal, nativeApp, registered, sendable } from '../registration/support.js';

describe.each(databases)('registration management on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database, settings: { registration: 'open' } });
  });
  afterAll(() => grantor.stop());

  it('GET returns the registered fields, without the secret (RFC 7592 §2.1, §3)', async () => {
    const app = await registered(grantor);
    const response = await manage(app, 'GET');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { client_secret: _, client_secret_expires_at: __, ...rest } = app;
    expect(await response.json()).toEqual(rest);
  });

  it('PUT replaces the registered fields with the sent ones (RFC 7592 §2.2)', async () => {
    const app = await registered(grantor, {
      ...minimal,
      logo_uri: 'https://diary.example/logo.png',
      contacts: ['dev@diary.example'],
    });
    const response = await manage(app, 'PUT', {
      client_id: app.client_id,
      client_name: 'Travel book',
      redirect_uris: ['https://diary.example/new'],
      contacts: null,
      client_uri: 'https://diary.example/',
    });
    expect(response.status).toBe(200);
    const body = (await response.json()) as Record<string, unknown>;
    expect(body).toMatchObject({
      client_id: app.client_id,
      client_name: 'Travel book',
      redirect_uris: ['https://diary.example/new'],
      client_uri: 'https://diary.example/',
      registration_access_token: app.registration_access_token,
      registration_client_uri: app.registration_client_uri,
    });
    expect(body).not.toHaveProperty('logo_uri');
    expect(body).not.toHaveProperty('contacts');
    expect(await (await manage(app, 'GET')).json()).toEqual(body);
  });

  it('PUT accepts the response of the registration without the fields that the server sets', async () => {
    for (const members of [minimal, { ...nativeApp, client_name: 'Sends itself back' }]) {
      const app = await registered(grantor, members);
      const response = await manage(app, 'PUT', sendable(app));
      expect(response.status).toBe(200);
      const { client_secret: _, client_secret_expires_at: __, ...rest } = app;
      expect(await response.json()).toEqual(rest);
    }
  });

  it('PUT keeps the decisions of the operator about the app', async () => {
    const app = await registered(grantor);
    const operators = {
      audience: 'https://api.example',
      access_token_format: 'opaque',
      compatibility: { allow_omitted_redirect_uri_at_token: true },
      refresh_token_rotation: true,
    };
    await grantor.api('PUT', `/clients/${app.client_id}`, operators);
    const response = await manage(app, 'PUT', { ...sendable(app), client_name: 'Travel book' });
    expect(response.status).toBe(200);
    const shown = await grantor.api('GET', `/clients/${app.client_id}`);
    expect(await shown.json()).toMatchObject({ ...operators, name: 'Travel book' });
  });

  it.each([
    ['without client_id', { client_id: undefined }],
    ['with another client_id', { client_id: 'another' }],
    ['with another secret', { client_secret: 'chosen by the app' }],
    ['with a secret that is no text', { client_secret: 1 }],
    ['with registration_access_token', { registration_access_token: 'x' }],
    ['with registration_client_uri', { registration_client_uri: 'https://evil.example/' }],
    ['with client_secret_expires_at', { client_secret_expires_at: 0 }],
    ['with client_id_issued_at', { client_id_issued_at: 0 }],
    ['to a method with other credentials', { token_endpoint_auth_method: 'none' }],
    ['with fields that do not go together', { response_types: ['id_token'] }],
  ])('PUT is refused %s (RFC 7592 §2.2)', async (_what, members) => {
    const app = await registered(grantor);
    const response = await manage(app, 'PUT', { ...sendable(app), ...members });
    expect(await refusalOf(response)).toEqual({ status: 400, error: 'invalid_client_metadata' });
    expect(await (await manage(app, 'GET')).json()).toMatchObject({ client_name: minimal.client_name });
  });

  it('PUT is refused with a bad redirect URI or a software statement, and changes nothing', async () => {
    const app = await registered(grantor);
    const elsewhere = { ...sendable(app), redirect_uris: ['http://evil.example/'] };
    expect(await refusalOf(await manage(app, 'PUT', elsewhere))).toMatchObject({
      error: 'invalid_redirect_uri',
    });
    const stated = { ...sendable(app), software_statement: 'a.b.c' };
    expect(await refusalOf(await manage(app, 'PUT', stated))).toMatchObject({
      error: 'unapproved_software_statement',
    });
    expect(await (await manage(app, 'GET')).json()).toMatchObject({ redirect_uris: minimal.redirect_uris });
  });

  it('two simultaneous updates are each applied as a whole', async () => {
    const app = await registered(grantor);
    const versions = ['One', 'Two'].map((name) => ({
      ...sendable(app),
      client_name: name,
      tos_uri: `https://diary.example/${name}`,
    }));
    await Promise.all(versions.map((version) => manage(app, 'PUT', version)));
    const { client_name: name, tos_uri: tos } = (await (await manage(app, 'GET')).json()) as {
      client_name: string;
      tos_uri: string;
    };
    expect(tos).toBe(`https://diary.example/${name}`);
  });

  it('DELETE responds with 204 and ends all that was granted to the app (RFC 7592 §2.3)', async () => {
    const app = await registered(grantor, {
      ...minimal,
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid offline_access',
    });
    const inUse = new TestApp(
      grantor.issuer,
      app.client_id,
      app.client_secret,
      minimal.redirect_uris[0] ?? '',
      grantor.user,
    );
    const tokens = await inUse.tokens({ scope: 'openid offline_access' });
    expect((await inUse.userinfo(tokens.access_token)).status).toBe(200);

    const response = await manage(app, 'DELETE');
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');

    expect((await inUse.userinfo(tokens.access_token)).status).toBe(401);
    expect((await inUse.refresh(tokens.refresh_token)).status).toBe(401);
    expect((await grantor.api('GET', `/clients/${app.client_id}`)).status).toBe(404);
  });

  it('responds with 401 for a deleted app, to every method (RFC 7592 §2)', async () => {
    const app = await registered(grantor);
    await manage(app, 'DELETE');
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const members = method === 'PUT' ? sendable(app) : undefined;
      expect(await refusalOf(await manage(app, method, members))).toEqual({
        status: 401,
        error: 'invalid_token',
      });
    }
  });

  it('responds with 401 to a token that is wrong, of another app, or of another kind', async () => {
    const [app, other] = [await registered(grantor), await registered(grantor)];
    const initial = (await (await grantor.api('POST', '/registration-tokens', {})).json()) as {
      token: string;
    };
    const wrong = [
      'made-up',
      other.registration_access_token,
      initial.token,
      app.client_secret ?? '',
      grantor.apiKey,
      app.registration_access_token.slice(0, -1),
      `${app.registration_access_token}A`,
    ];
    for (const token of wrong) {
      for (const method of ['GET', 'PUT', 'DELETE'] as const) {
        const response = await manage(app, method, method === 'PUT' ? sendable(app) : undefined, token);
        expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
        expect(await refusalOf(response)).toEqual({ status: 401, error: 'invalid_token' });
      }
    }
    expect((await manage(app, 'GET')).status).toBe(200);
  });

  it('does not disclose without the token whether an app exists', async () => {
    const app = await registered(grantor);
    const responses = await Promise.all(
      [app.client_id, 'no-such-app'].map(async (id) => {
        const response = await fetch(`${grantor.issuer}/oauth2/register/${id}`, {
          headers: { authorization: 'Bearer made-up' },
        });
        return { status: response.status, body: await response.text() };
      }),
    );
    expect(responses[0]).toEqual(responses[1]);
    const silent = await fetch(app.registration_client_uri);
    expect(silent.headers.get('www-authenticate')).toBe(`Bearer realm="${grantor.issuer}"`);
    expect(silent.status).toBe(401);
  });

  it('gives no access to an app that the operator registered', async () => {
    const [managed, app] = [
      await grantor.register({ redirectUris: ['https://a.example/'] }),
      await registered(grantor),
    ];
    const uri = `${grantor.issuer}/oauth2/register/${managed.client_id}`;
    const response = await manage({ ...app, registration_client_uri: uri }, 'DELETE');
    expect(response.status).toBe(401);
    expect((await grantor.api('GET', `/clients/${managed.client_id}`)).status).toBe(200);
  });

  it('stores no registration access token in clear', async () => {
    const app = await registered(grantor);
    expect(await grantor.server.store.dynamicClients.find(app.registration_access_token)).toBeUndefined();
  });
});
