import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const program = {
  redirectUris: [],
  grant_types: ['client_credentials'],
  scopes: ['files:read', 'files:write'],
};

const ask = (app: TestApp, parameters: Record<string, string> = {}) =>
  app.post('/oauth2/token', { grant_type: 'client_credentials', ...parameters });

async function tokenOf(app: TestApp, parameters: Record<string, string> = {}): Promise<string> {
  const response = await ask(app, parameters);
  const body = (await response.json()) as { access_token: string };
  expect(response.status, JSON.stringify(body)).toBe(200);
  return body.access_token;
}

describe.each(databases)('the client credentials grant (RFC 6749 §4.4) on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  it('responds with an access token, its type, lifetime and scope, and nothing else (§4.4.3)', async () => {
    const response = await ask(await registerApp(grantor, program), { scope: 'files:read' });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'files:read',
    });
  });

  it('signs a JWT whose subject is the client (RFC 9068 §2.2)', async () => {
    const app = await registerApp(grantor, program);
    const token = await tokenOf(app, { scope: 'files:read' });
    const keys = createRemoteJWKSet(new URL(`${grantor.issuer}/oauth2/jwks`));
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: grantor.issuer,
      typ: 'at+jwt',
    });
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toEqual({
      iss: grantor.issuer,
      sub: app.id,
      aud: grantor.issuer,
      client_id: app.id,
      scope: 'files:read',
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 900,
      jti: expect.any(String),
    });
  });

  it('gives every token a unique ID (RFC 9068 §2.2, jti)', async () => {
    const app = await registerApp(grantor, program);
    const names = [decodeJwt(await tokenOf(app)).jti, decodeJwt(await tokenOf(app)).jti];
    expect(new Set(names).size).toBe(2);
  });

  it('gives an opaque token to a client that is registered for opaque tokens', async () => {
    const app = await registerApp(grantor, { ...program, access_token_format: 'opaque' });
    expect(await tokenOf(app)).toMatch(/^[\w-]{43}$/);
  });

  it('has no refresh token, also for a client that may refresh (§4.4.3)', async () => {
    const app = await registerApp(grantor, {
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    });
    const body = (await (await ask(app, { scope: 'files:read' })).json()) as object;
    expect(Object.keys(body)).toEqual(['access_token', 'token_type', 'expires_in', 'scope']);
  });

  it('grants the registered scopes if the request names none (§3.3)', async () => {
    const registered = await registerApp(grantor, { ...program, scopes: ['openid', 'files:read'] });
    expect(await (await ask(registered)).json()).toMatchObject({ scope: 'files:read' });
  });

  it('grants no scope to a client without registered scopes, named or not', async () => {
    const app = await registerApp(grantor, { ...program, scopes: [] });
    const body = (await (await ask(app)).json()) as Record<string, unknown>;
    expect(body).not.toHaveProperty('scope');
    expect(decodeJwt(String(body.access_token))).not.toHaveProperty('scope');
    expect(await refusalOf(await ask(app, { scope: 'rooms:read' }))).toEqual({
      status: 400,
      error: 'invalid_scope',
    });
  });

  it.each(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])(
    'refuses the scope %s: there is no user (OpenID Connect Core 1.0 §3.1.2.1)',
    async (scope) => {
      const app = await registerApp(grantor, { ...program, scopes: ['files:read', scope] });
      const refused = await ask(app, { scope: `files:read ${scope}` });
      expect(await refusalOf(refused)).toEqual({ status: 400, error: 'invalid_scope' });
    },
  );

  it.each(['rooms:read', 'unknown:scope', 'files:read"'])('refuses the scope %s (§5.2)', async (scope) => {
    const refused = await ask(await registerApp(grantor, program), { scope });
    expect(await refusalOf(refused)).toEqual({ status: 400, error: 'invalid_scope' });
  });

  it('requires a client that is registered for it (§5.2)', async () => {
    const refused = await ask(await registerApp(grantor));
    expect(await refusalOf(refused)).toEqual({ status: 400, error: 'unauthorized_client' });
  });

  it('requires a confidential client (§4.4): the ID of a public client proves nothing', async () => {
    const { store } = grantor.server;
    const app = await registerApp(grantor, { token_endpoint_auth_method: 'none' });
    // However such a record came to be.
    await store.clients.update(app.id, () => ({ grantTypes: ['client_credentials'], updatedAt: 1 }));
    expect(await refusalOf(await ask(app))).toEqual({ status: 400, error: 'unauthorized_client' });
  });

  it('requires client authentication (§4.4.2)', async () => {
    const refused = await ask(await registerApp(grantor, program), { client_secret: 'wrong' });
    expect(await refusalOf(refused)).toEqual({ status: 401, error: 'invalid_client' });
  });

  it('is refused at userinfo: its tokens have no user (OpenID Connect Core 1.0 §5.3)', async () => {
    for (const access_token_format of ['jwt', 'opaque']) {
      const app = await registerApp(grantor, { ...program, access_token_format });
      const response = await app.userinfo(await tokenOf(app));
      expect(await refusalOf(response)).toEqual({ status: 403, error: 'insufficient_scope' });
    }
  });
});
