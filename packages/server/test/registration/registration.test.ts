import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf } from '../../../../test/kit/test-app.js';
import { manage, minimal, nativeApp, register, registered } from './support.js';

const asScope = (answer: Response) => answer.json() as Promise<{ scope: string }>;

const device = 'urn:ietf:params:oauth:grant-type:device_code';

describe.each(databases)('registration on %s', (database) => {
  let grantor: TestServer;
  let now = 1_800_000_000;
  beforeAll(async () => {
    grantor = await startServer({
      database,
      settings: { registration: 'open' },
      clock: () => now,
    });
  });
  afterAll(() => grantor.stop());

  it('responds with 201 and all that was registered, defaults included (RFC 7591 §3.2.1)', async () => {
    now += 1;
    const response = await register(grantor, minimal);
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = (await response.json()) as Record<string, unknown>;
    expect(body).toEqual({
      client_id: expect.stringMatching(/^[\da-f-]{36}$/),
      client_id_issued_at: now,
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
      client_secret_expires_at: 0,
      registration_access_token: expect.stringMatching(/^[\w-]{43}$/),
      registration_client_uri: `${grantor.issuer}/oauth2/register/${String(body.client_id)}`,
      client_name: 'Travel diary',
      redirect_uris: ['https://diary.example/callback'],
      // RFC 7591 §2 and OpenID Connect Registration 1.0 §2 give these defaults.
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'RS256',
      application_type: 'web',
      scope: expect.stringContaining('openid profile email'),
    });
  });

  it('stores and returns every field of OpenID Connect Registration 1.0 §2', async () => {
    const { jwks } = await import('./keys.js');
    const fields = {
      application_type: 'web',
      redirect_uris: ['https://diary.example/callback', 'https://diary.example/other'],
      response_types: ['code', 'code id_token', 'id_token token'],
      grant_types: ['authorization_code', 'refresh_token', 'implicit'],
      contacts: ['dev@diary.example'],
      client_name: 'Tagebuch ✈️',
      logo_uri: 'https://diary.example/logo.png',
      client_uri: 'https://diary.example/',
      policy_uri: 'https://diary.example/privacy',
      tos_uri: 'https://diary.example/terms',
      jwks,
      subject_type: 'pairwise',
      id_token_signed_response_alg: 'ES256',
      id_token_encrypted_response_alg: 'RSA-OAEP',
      id_token_encrypted_response_enc: 'A256GCM',
      userinfo_signed_response_alg: 'RS256',
      userinfo_encrypted_response_alg: 'ECDH-ES',
      userinfo_encrypted_response_enc: 'A128CBC-HS256',
      request_object_signing_alg: 'RS256',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      default_max_age: 3600,
      require_auth_time: true,
      default_acr_values: ['urn:example:password'],
      initiate_login_uri: 'https://diary.example/login',
      request_uris: ['https://diary.example/request.jwt#LCTsSYX3a_OcZXTF3HLZ'],
      post_logout_redirect_uris: ['https://diary.example/bye'],
      backchannel_logout_uri: 'https://diary.example/logout',
      backchannel_logout_session_required: true,
      frontchannel_logout_uri: 'https://diary.example/frame',
      frontchannel_logout_session_required: false,
      introspection_signed_response_alg: 'PS256',
      software_id: '4NRB1-0XZABZI9E6-5SM3R',
      software_version: '2.1',
      scope: 'openid email',
    };
    const app = await registered(grantor, fields);
    expect(app).toMatchObject(fields);
    expect(app).not.toHaveProperty('client_secret');
    expect(app).not.toHaveProperty('client_secret_expires_at');
    const shown = await grantor.api('GET', `/clients/${app.client_id}`);
    const { client_name: name, scope: _scope, ...same } = fields;
    expect(await shown.json()).toMatchObject({ ...same, name, scopes: ['openid', 'email'] });
  });

  it('ignores unknown members (RFC 7591 §2)', async () => {
    const app = await registered(grantor, {
      ...minimal,
      favourite_colour: 'red',
      'client_name#de': 'Reisetagebuch',
      token_endpoint_auth_methods: ['none'],
      contacts: null,
    });
    expect(Object.keys(app)).not.toContain('favourite_colour');
    expect(Object.keys(app)).not.toContain('contacts');
    expect(app.token_endpoint_auth_method).toBe('client_secret_basic');
  });

  it('registers and returns the existing ones of the requested scopes (RFC 7591 §3.2.1)', async () => {
    const some = await register(grantor, { ...minimal, scope: 'openid made:up email email' });
    expect((await asScope(some)).scope).toBe('openid email');
    const none = await register(grantor, { ...minimal, scope: 'made:up' });
    expect(await refusalOf(none)).toEqual({ status: 400, error: 'invalid_client_metadata' });
  });

  it('derives grant types from the response types if they are left out (RFC 7591 §2.1)', async () => {
    const app = await registered(grantor, { ...minimal, response_types: ['id_token code', 'id_token'] });
    expect(app.response_types).toEqual(['code id_token', 'id_token']);
    expect(app.grant_types).toEqual(['authorization_code', 'implicit']);
  });

  it('leaves out unsupported grant types if one remains (RFC 7591 §3.2.1)', async () => {
    const app = await registered(grantor, { ...minimal, grant_types: [device, 'authorization_code'] });
    expect(app.grant_types).toEqual(['authorization_code']);
    const none = await register(grantor, { ...minimal, grant_types: [device] });
    expect(await refusalOf(none)).toEqual({ status: 400, error: 'invalid_client_metadata' });
  });

  it('names an app without a name after its host', async () => {
    const app = await registered(grantor, { redirect_uris: minimal.redirect_uris });
    expect(app.client_name).toBe('diary.example');
  });

  it('treats an app scheme as a sign of a native app (RFC 8252 §7.1)', async () => {
    const app = await registered(grantor, { redirect_uris: ['com.example.app:/callback'] });
    expect(app.application_type).toBe('native');
  });

  it.each([
    ['Cursor', ['cursor://anysphere.cursor-retrieval/oauth/callback'], 'none'],
    ['an app with a claimed https address too', ['com.example.app:/cb', 'https://app.example/cb'], 'none'],
    ['an app with credentials', ['claude://callback'], 'client_secret_basic'],
  ])(
    'registers %s as native if it sends its own scheme as web (RFC 7591 §3.2.1, RFC 8252 §7.1)',
    async (_what, uris, method) => {
      const members = { client_name: 'Editor', redirect_uris: uris, token_endpoint_auth_method: method };
      const app = await registered(grantor, { ...members, application_type: 'web' });
      expect(app).toMatchObject({ application_type: 'native', redirect_uris: uris });
      const again = await manage(app, 'PUT', {
        ...members,
        client_id: app.client_id,
        application_type: 'web',
      });
      expect(await again.json()).toMatchObject({ application_type: 'native' });
    },
  );

  it.each(['web', 'native', undefined])(
    'says what to send in place of a scheme without a dot, for the type %s (RFC 8252 §7.1)',
    async (type) => {
      const members = { client_name: 'Editor', redirect_uris: ['editor://callback'], application_type: type };
      const response = await register(grantor, members);
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        error: 'invalid_redirect_uri',
        error_description:
          "'redirect_uris.0' must use https, http on localhost, or an app scheme that is a domain name in reverse, such as com.example.app:",
      });
    },
  );

  it.each([[[device]], [[device, 'refresh_token']]])(
    'says what to send in place of the device authorization grant alone (RFC 7591 §3.2.2): %s',
    async (types) => {
      const response = await register(grantor, { client_name: 'A television', grant_types: types });
      expect(await response.json()).toEqual({
        error: 'invalid_client_metadata',
        error_description:
          "'grant_types' names the device authorization grant, which this server does not support; send authorization_code, for a program without a web server with http://127.0.0.1/callback in redirect_uris",
      });
    },
  );

  it('sets the default content encryption (OpenID Connect Registration 1.0 §2)', async () => {
    const { jwks } = await import('./keys.js');
    const app = await registered(grantor, { ...minimal, jwks, id_token_encrypted_response_alg: 'RSA-OAEP' });
    expect(app.id_token_encrypted_response_enc).toBe('A128CBC-HS256');
  });

  it('ignores everything but the public members of a key, and shows nothing else of it', async () => {
    const { jwks } = await import('./keys.js');
    const keys = jwks.keys.map((key) => ({ ...key, note: 'x'.repeat(30) }));
    const app = await registered(grantor, { ...minimal, jwks: { keys, other: true } });
    expect(app.jwks).toEqual(jwks);
  });

  describe('refuses with invalid_redirect_uri (RFC 7591 §3.2.2)', () => {
    it.each([
      ['none at all', {}],
      ['an empty list', { redirect_uris: [] }],
      ['something else than a list', { redirect_uris: 'https://diary.example/callback' }],
      ['plain http', { redirect_uris: ['http://diary.example/callback'] }],
      ['a fragment', { redirect_uris: ['https://diary.example/#x'] }],
      ['script', { redirect_uris: ['javascript:alert(1)'] }],
      ['data', { redirect_uris: ['data:text/html,x'] }],
      ['a wildcard', { redirect_uris: ['https://*.example/'] }],
      ['a user name', { redirect_uris: ['https://diary.example@evil.example/'] }],
      ['an answer in its query', { redirect_uris: ['https://diary.example/?code=x'] }],
      ['dot segments', { redirect_uris: ['https://diary.example/..;/x'] }],
      [
        'localhost for a web app with implicit',
        { redirect_uris: ['https://localhost/cb'], response_types: ['id_token'], grant_types: ['implicit'] },
      ],
      [
        'http for a web app with implicit',
        { redirect_uris: ['http://127.0.0.1/cb'], response_types: ['id_token'], grant_types: ['implicit'] },
      ],
      [
        'an app scheme for a web app with implicit',
        {
          redirect_uris: ['com.example.app:/cb'],
          application_type: 'web',
          response_types: ['id_token'],
          grant_types: ['implicit'],
        },
      ],
      [
        'https on localhost for a native app',
        { redirect_uris: ['https://localhost/cb'], application_type: 'native' },
      ],
    ])('%s', async (_what, members) => {
      const response = await register(grantor, { client_name: 'Travel diary', ...members });
      expect(await refusalOf(response)).toEqual({ status: 400, error: 'invalid_redirect_uri' });
    });
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'blob:https://a.example/b'])(
    'refuses %s as an app scheme for every application_type (RFC 8252 §7.1)',
    async (uri) => {
      for (const type of ['web', 'native', undefined]) {
        const members = { client_name: 'x', redirect_uris: [uri], application_type: type };
        expect(await refusalOf(await register(grantor, members))).toEqual({
          status: 400,
          error: 'invalid_redirect_uri',
        });
      }
    },
  );

  it('accepts http on a loopback address from native apps, and from web apps with codes', async () => {
    const uris = ['http://127.0.0.1:7777/cb', 'http://localhost/cb', 'http://[::1]/cb'];
    for (const type of ['native', 'web', undefined]) {
      const members = { client_name: 'x', redirect_uris: uris, application_type: type };
      expect((await register(grantor, members)).status).toBe(201);
    }
  });

  it('has no secret for a public client (RFC 7591 §2)', async () => {
    const app = await registered(grantor, nativeApp);
    expect(app).not.toHaveProperty('client_secret');
    expect(app).toMatchObject({ token_endpoint_auth_method: 'none', application_type: 'native' });
  });
});
