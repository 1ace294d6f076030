import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf } from '../../../../test/kit/test-app.js';
import { jwks, privateKey, shortKey } from './keys.js';
import { manage, minimal, register, registered, sendable } from './support.js';

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer({ settings: { registration: 'open' } });
});
afterAll(() => grantor.stop());

/** A client as the operator sees it. */
const asOperator = async (id: string) =>
  (await (await grantor.api('GET', `/clients/${id}`)).json()) as Record<string, unknown>;

/** What an app has that tried nothing. */
const harmless = async () => {
  const { client_id: id } = await registered(grantor, { ...minimal, scope: 'openid' });
  const shown = await asOperator(id);
  return { ...shown, id, client_id: id };
};

/** Everything that an app might try to give itself, with a value that would be worth it. */
const privileges: Readonly<Record<string, unknown>> = {
  client_id: 'chosen-by-the-app',
  id: 'chosen-by-the-app',
  client_secret: 'chosen-by-the-app',
  client_secret_expires_at: 1,
  client_id_issued_at: 1,
  secret_hash: 'x',
  registration_access_token: 'chosen-by-the-app',
  registration_client_uri: 'https://evil.example/',
  compatibility: { allow_code_without_pkce: true },
  allow_code_without_pkce: true,
  audience: 'https://payments.example',
  resources: ['https://payments.example'],
  protected_resources: ['https://payments.example'],
  refresh_token_rotation: false,
  access_token_format: 'opaque',
  enabled: true,
  scopes: ['files:write'],
  metadata: { resources: ['https://payments.example'] },
  is_admin: true,
  skip_consent: true,
  trusted: true,
  created_at: 1,
};

describe('privileged fields (mass assignment, CVE-2026-41427)', () => {
  it.each(Object.entries(privileges))('an app cannot give itself %s', async (name, value) => {
    const app = await registered(grantor, { ...minimal, scope: 'openid', [name]: value });
    const plain = await harmless();
    const {
      id: _i,
      client_id: _c,
      created_on: _o,
      modified_on: _m,
      ...got
    } = await asOperator(app.client_id);
    expect(plain).toMatchObject(got);
    expect(app.client_id).not.toBe('chosen-by-the-app');
    expect(app.client_secret).not.toBe('chosen-by-the-app');
    expect(app.registration_access_token).not.toBe('chosen-by-the-app');
  });

  it('an app cannot give itself any of them by an update', async () => {
    const app = await registered(grantor, { ...minimal, scope: 'openid' });
    const before = await asOperator(app.client_id);
    const own = new Set([
      'client_id',
      'client_secret',
      'registration_access_token',
      'registration_client_uri',
    ]);
    const sent = Object.fromEntries(
      Object.entries(privileges).filter(([name]) => !own.has(name) && !/_(at)$/.test(name)),
    );
    const response = await manage(app, 'PUT', { ...sendable(app), ...sent });
    expect(response.status).toBe(200);
    const { modified_on: _a, ...after } = await asOperator(app.client_id);
    expect(before).toMatchObject(after);
  });

  it('an app cannot regain by an update the scopes that the operator removed', async () => {
    const app = await registered(grantor, { ...minimal, scope: 'openid files:write' });
    await grantor.api('PUT', `/clients/${app.client_id}`, { scopes: ['openid'] });
    const wider = await manage(app, 'PUT', { ...sendable(app), scope: 'openid files:write' });
    expect(await wider.json()).toMatchObject({ scope: 'openid' });
    const { scope: _, ...silent } = sendable(app);
    expect(await (await manage(app, 'PUT', silent)).json()).toMatchObject({ scope: 'openid' });
  });

  it('an app that the operator disabled cannot enable itself', async () => {
    const app = await registered(grantor);
    await grantor.api('PUT', `/clients/${app.client_id}`, { enabled: false });
    await manage(app, 'PUT', { ...sendable(app), enabled: true });
    expect(await asOperator(app.client_id)).toMatchObject({ enabled: false });
  });

  it('an app cannot get tokens for itself (client_credentials)', async () => {
    const app = await registered(grantor, {
      ...minimal,
      grant_types: ['client_credentials', 'authorization_code'],
    });
    expect(app.grant_types).toEqual(['authorization_code']);
    const alone = await register(grantor, { ...minimal, grant_types: ['client_credentials'] });
    expect(await refusalOf(alone)).toEqual({ status: 400, error: 'invalid_client_metadata' });
  });

  it('members of the prototype have no special meaning (prototype pollution)', async () => {
    const text = `{"redirect_uris":["https://diary.example/callback"],"__proto__":{"enabled":false},
      "constructor":{"prototype":{"polluted":true}}}`;
    expect((await register(grantor, text)).status).toBe(201);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(({} as Record<string, unknown>).enabled).toBeUndefined();
  });
});

describe('the metadata of an app', () => {
  it.each(['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'])(
    '%s cannot be script (stored XSS, CVE-2026-22752)',
    async (name) => {
      for (const url of [
        'javascript:alert(1)',
        'JaVaScRiPt:alert(1)',
        'data:text/html,<script>alert(1)</script>',
        'vbscript:x',
        ' javascript:alert(1)',
        'https://diary.example/"onerror="alert(1)',
        'https://diary.example/\njavascript:alert(1)',
        'https://user@diary.example/',
        '//diary.example/',
        'https:diary.example',
        '',
      ]) {
        const response = await register(grantor, { ...minimal, [name]: url });
        expect(await refusalOf(response)).toEqual({ status: 400, error: 'invalid_client_metadata' });
      }
    },
  );

  it.each([
    'jwks_uri',
    'sector_identifier_uri',
    'initiate_login_uri',
    'backchannel_logout_uri',
    'frontchannel_logout_uri',
  ])('%s must be https, without credentials or a fragment', async (name) => {
    for (const url of [
      'http://diary.example/x',
      'ftp://diary.example/x',
      'file:///etc/passwd',
      'https://user:secret@diary.example/x',
      'https://diary.example/x#y',
      'x',
    ]) {
      const response = await register(grantor, { ...minimal, [name]: url });
      const { error_description: words } = (await response.json()) as { error_description: string };
      expect(response.status).toBe(400);
      expect(words).toContain(`'${name}'`);
      expect(words).not.toContain('diary.example');
    }
  });

  it('a name is escaped on the consent page', async () => {
    const app = await registered(grantor, { ...minimal, client_name: '<img src=x onerror=alert(1)>' });
    expect(app.client_name).toBe('<img src=x onerror=alert(1)>');
    // Its rendering is held by the tests of the pages.
    const bad = await register(grantor, { ...minimal, client_name: 'a\u0000b' });
    expect(bad.status).toBe(400);
  });
});

describe('keys', () => {
  it.each([
    ['a private key', { keys: [privateKey] }],
    ['a symmetric key', { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }],
    ['a private member on its own', { keys: [{ ...jwks.keys[0], d: '' }] }],
    ['a point that is not on the curve', { keys: [{ ...jwks.keys[0], x: jwks.keys[0]?.y }] }],
    ['an RSA key of 1024 bits', { keys: [shortKey] }],
    ['a key without numbers', { keys: [{ kty: 'RSA' }] }],
    ['an unknown kind of key', { keys: [{ kty: 'magic' }] }],
    ['no keys', { keys: [] }],
    ['keys that are none', { keys: ['x'] }],
    ['too many', { keys: Array.from({ length: 21 }, () => jwks.keys[0]) }],
    ['a list', [jwks.keys[0]]],
    ['text', JSON.stringify(jwks)],
  ])('refuses %s in jwks (RFC 7591 §2, RFC 7517 §9.3)', async (_what, keys) => {
    const response = await register(grantor, { ...minimal, jwks: keys });
    const body = (await response.json()) as Record<string, string>;
    expect({ status: response.status, error: body.error }).toEqual({
      status: 400,
      error: 'invalid_client_metadata',
    });
    expect(body.error_description).toContain("'jwks");
    expect(JSON.stringify(body)).not.toContain(privateKey.d);
  });

  it('refuses a key that is nested too deeply to be serialized', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const text = `{"redirect_uris":["https://diary.example/callback"],"jwks":{"keys":[{"kty":"EC","x5c":${deep},"other":${deep.slice(0, 0)}1}]}}`;
    expect((await register(grantor, text)).status).toBe(400);
  });
});

describe('fields that contradict each other (OpenID Connect Registration 1.0 §2, RFC 7591 §2)', () => {
  it.each([
    ['jwks with jwks_uri', { jwks, jwks_uri: 'https://diary.example/jwks' }, 'jwks'],
    ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }, 'jwks'],
    ['signed request objects without keys', { request_object_signing_alg: 'RS256' }, 'jwks'],
    ['encryption without keys', { userinfo_encrypted_response_alg: 'RSA-OAEP' }, 'jwks'],
    [
      'enc without alg',
      { jwks, id_token_encrypted_response_enc: 'A128GCM' },
      'id_token_encrypted_response_alg',
    ],
    [
      'enc without alg',
      { jwks, userinfo_encrypted_response_enc: 'A128GCM' },
      'userinfo_encrypted_response_alg',
    ],
    [
      'an algorithm of the other method',
      { jwks, token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'HS256' },
      'private_key_jwt',
    ],
    [
      'an algorithm of the other method',
      { token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'RS256' },
      'client_secret_jwt',
    ],
    [
      'id_token without implicit',
      { response_types: ['id_token'], grant_types: ['authorization_code'] },
      'implicit',
    ],
    [
      'code without authorization_code',
      { response_types: ['code'], grant_types: ['implicit'] },
      'authorization_code',
    ],
    [
      'pairwise over two hosts without a sector (OpenID Connect Core 1.0 §8.1)',
      { redirect_uris: ['https://a.example/', 'https://b.example/'], subject_type: 'pairwise' },
      'sector_identifier_uri',
    ],
    [
      'a frame of another host (Front-Channel Logout 1.0 §2)',
      { frontchannel_logout_uri: 'https://evil.example/frame' },
      'frontchannel_logout_uri',
    ],
    ['an unsigned ID token', { id_token_signed_response_alg: 'none' }, 'id_token_signed_response_alg'],
    ['an unknown algorithm', { userinfo_signed_response_alg: 'HS256' }, 'userinfo_signed_response_alg'],
    ['an unknown response type', { response_types: ['token'] }, 'response_types'],
    ['an unknown method', { token_endpoint_auth_method: 'tls_client_auth' }, 'token_endpoint_auth_method'],
    ['a negative age', { default_max_age: -1 }, 'default_max_age'],
    ['an age as text', { default_max_age: '60' }, 'default_max_age'],
    ['a truth as text', { require_auth_time: 'true' }, 'require_auth_time'],
    ['a contact as text', { contacts: 'dev@diary.example' }, 'contacts'],
    ['an unknown type of app', { application_type: 'browser' }, 'application_type'],
    [
      'logout to plain http',
      { post_logout_redirect_uris: ['http://diary.example/'] },
      'post_logout_redirect_uris',
    ],
    ['logout to script', { post_logout_redirect_uris: ['javascript:alert(1)'] }, 'post_logout_redirect_uris'],
    ['a request over plain http', { request_uris: ['http://diary.example/r'] }, 'request_uris'],
  ])('refuses %s', async (_what, members, names) => {
    const response = await register(grantor, { ...minimal, ...members });
    const body = (await response.json()) as Record<string, string>;
    expect({ status: response.status, error: body.error }).toEqual({
      status: 400,
      error: 'invalid_client_metadata',
    });
    expect(body.error_description).toContain(names);
  });
});
