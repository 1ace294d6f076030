import { loadConfig } from '@grantor/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusedFields } from '../../../../test/kit/api-calls.js';
import { type ServerOptions, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, TestApp } from '../../../../test/kit/test-app.js';
import { grantTypes } from '../../src/protocol/index.js';
import { client } from '../storage/fixtures.js';
import { environment } from './support.js';

const REDIRECT_URI = 'https://app.example.com/callback';

/** A server with settings, and a client that was registered before they were made. */
async function startWith(settings: ServerOptions['settings']) {
  const grantor = await startServer({ settings: { registration: 'open', ...settings } });
  const old = client({
    authenticationMethod: 'client_secret_post',
    redirectUris: [REDIRECT_URI],
    grantTypes: ['authorization_code', 'implicit', 'client_credentials'],
    responseTypes: ['code', 'id_token', 'code id_token'],
    scopes: ['openid'],
    compatibility: [],
  });
  await grantor.server.store.clients.create(old);
  const app = TestApp.of(grantor, { client_id: old.id });
  return { grantor, app };
}

const metadataOf = async ({ issuer }: TestServer) =>
  (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
const errorOf = async (app: TestApp, parameters: Record<string, string | undefined>) => {
  const { searchParams, hash } = await app.authorize({ nonce: 'n', ...parameters });
  return searchParams.get('error') ?? new URLSearchParams(hash.slice(1)).get('error');
};
const refused = (grantor: TestServer, metadata: object, path = '') =>
  refusedFields(grantor.api(path === '' ? 'POST' : 'PATCH', `/clients${path}`, metadata));
const registerItself = ({ issuer }: TestServer, metadata: object) =>
  fetch(`${issuer}/oauth2/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [REDIRECT_URI], ...metadata }),
  });
const base = { name: 'App', redirect_uris: [REDIRECT_URI] };

describe('GRANTOR_REQUIRE_PKCE=on', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    ({ grantor, app } = await startWith({ requirePkce: 'on' }));
  });
  afterAll(() => grantor.stop());

  it('refuses a request for a code without PKCE, from a confidential client too (RFC 9700 §2.1.1)', async () => {
    const without = { code_challenge: undefined, code_challenge_method: undefined };
    expect(await errorOf(app, without)).toBe('invalid_request');
    expect(await errorOf(app, { ...without, response_type: 'code id_token' })).toBe('invalid_request');
    expect(await errorOf(app, {})).toBeNull();
  });

  it('refuses to register an app without it', async () => {
    const compatibility = { allow_code_without_pkce: true };
    const field = 'compatibility.allow_code_without_pkce';
    const open = { ...base, token_endpoint_auth_method: 'none' };
    expect(await refused(grantor, { ...open, compatibility })).toEqual([field]);
    const { id } = await registerApp(grantor, { token_endpoint_auth_method: 'none' });
    expect(await refused(grantor, { compatibility }, `/${id}`)).toEqual([field]);
  });
});

describe('GRANTOR_RESPONSE_TYPES=code', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    ({ grantor, app } = await startWith({ allowedResponseTypes: 'code' }));
  });
  afterAll(() => grantor.stop());

  it('refuses implicit and hybrid requests of apps that are registered for them (RFC 9700 §2.1.2)', async () => {
    for (const response_type of ['id_token', 'code id_token']) {
      expect(await errorOf(app, { response_type })).toBe('unsupported_response_type');
    }
    expect(await errorOf(app, {})).toBeNull();
  });

  it('refuses to register apps for them, and allows changes of an app that has them', async () => {
    const implicit = { ...base, grant_types: ['implicit'], response_types: ['id_token'] };
    expect(await refused(grantor, implicit)).toEqual(['grant_types', 'response_types']);
    const hybrid = { ...base, response_types: ['code id_token'] };
    expect(await refused(grantor, hybrid)).toEqual(['response_types']);
    expect((await registerItself(grantor, { response_types: ['id_token'] })).status).toBe(400);
    expect((await registerItself(grantor, {})).status).toBe(201);
    expect((await grantor.api('PATCH', `/clients/${app.id}`, { name: 'Renamed' })).status).toBe(200);
  });

  it('is in the metadata (RFC 8414 §2)', async () => {
    const metadata = await metadataOf(grantor);
    expect(metadata.response_types_supported).toEqual(['code']);
    expect(metadata.grant_types_supported).toEqual(grantTypes.filter((type) => type !== 'implicit'));
  });
});

describe('GRANTOR_GRANT_TYPES', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    ({ grantor, app } = await startWith({ allowedGrantTypes: ['authorization_code', 'refresh_token'] }));
  });
  afterAll(() => grantor.stop());

  it('refuses the others at the token endpoint, also to apps that are registered for them', async () => {
    const program = await registerApp(grantor, { token_endpoint_auth_method: 'client_secret_post' });
    const response = await program.post('/oauth2/token', { grant_type: 'client_credentials' });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: 'unsupported_grant_type' },
    ]);
    expect(await errorOf(app, { response_type: 'id_token' })).toBe('unsupported_response_type');
  });

  it('refuses to register apps for the others', async () => {
    const program = { name: 'Program', grant_types: ['client_credentials'] };
    expect(await refused(grantor, program)).toEqual(['grant_types']);
    const { id } = await registerApp(grantor);
    const grant_types = ['authorization_code', 'client_credentials'];
    expect(await refused(grantor, { grant_types }, `/${id}`)).toEqual(['grant_types']);
  });

  it('is in the metadata (RFC 8414 §2)', async () => {
    const metadata = await metadataOf(grantor);
    expect(metadata.grant_types_supported).toEqual(['authorization_code', 'refresh_token']);
    expect(metadata.response_types_supported).not.toContain('id_token');
  });
});

describe('GRANTOR_GRANT_TYPES without refresh_token', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer({
      settings: { registration: 'open', allowedGrantTypes: ['authorization_code', 'client_credentials'] },
    });
    const old = client({
      authenticationMethod: 'none',
      secretHash: null,
      redirectUris: [REDIRECT_URI],
      grantTypes: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'offline_access'],
      compatibility: [],
    });
    await grantor.server.store.clients.create(old);
    app = TestApp.of(grantor, { client_id: old.id });
  });
  afterAll(() => grantor.stop());

  it('issues no refresh token, also to apps that are registered for them', async () => {
    const tokens = await app.tokens({ scope: 'openid offline_access' });
    expect(tokens.refresh_token).toBeUndefined();
    expect(tokens.scope).toBe('openid');
  });

  it('does not offer offline_access (OpenID Connect Core 1.0 §11)', async () => {
    const { scopes_supported } = await metadataOf(grantor);
    expect(scopes_supported).toContain('openid');
    expect(scopes_supported).not.toContain('offline_access');
    const answer = await registerItself(grantor, { scope: 'openid offline_access' });
    expect(await answer.json()).toMatchObject({ scope: 'openid' });
  });

  it('registers apps without it if they name no grant types, or it among others (RFC 7591 §3.2.1)', async () => {
    const made = (await (await grantor.api('POST', '/clients', base)).json()) as { grant_types: string[] };
    expect(made.grant_types).toEqual(['authorization_code']);
    const grant_types = ['authorization_code', 'refresh_token'];
    const itself = await registerItself(grantor, { grant_types });
    expect(await itself.json()).toMatchObject({ grant_types: ['authorization_code'] });
    expect(await refused(grantor, { ...base, grant_types })).toEqual(['grant_types']);
  });
});

it.each([
  ['GRANTOR_REQUIRE_PKCE', 'yes', 'must be on or off'],
  ['GRANTOR_RESPONSE_TYPES', 'token', 'must be all or code'],
  ['GRANTOR_GRANT_TYPES', 'password', 'must be some of authorization_code'],
])('%s=%s stops the start: %s', (name, value, message) => {
  expect(() => loadConfig(environment({ [name]: value }))).toThrow(`${name} ${message}`);
});
