import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import {
  form,
  refusalOf,
  registerApp,
  type TestApp,
  type TestTokens,
} from '../../../../test/kit/test-app.js';

const API = 'https://api.example.com/v1';
const OTHER_API = 'https://other.example.com';
const INACTIVE = { active: false };

interface Asking {
  readonly id: string;
  readonly secret: string | undefined;
}

describe.each(databases)('introspection (RFC 7662) on %s', (database) => {
  let grantor: TestServer;
  let passed = 0;
  const clock = () => Math.floor(Date.now() / 1000) + passed;
  let jwtApp: TestApp;
  let opaqueApp: TestApp;
  let server: TestApp;
  let otherServer: TestApp;
  beforeAll(async () => {
    grantor = await startServer({ database, clock, settings: { resources: [API, OTHER_API] } });
    jwtApp = await registerApp(grantor);
    opaqueApp = await registerApp(grantor, { access_token_format: 'opaque' });
    const serves = (resource: string) =>
      registerApp(grantor, {
        redirectUris: [],
        grant_types: ['client_credentials'],
        protected_resources: [resource],
      });
    server = await serves(API);
    otherServer = await serves(OTHER_API);
  });
  beforeEach(() => {
    passed = 0;
  });
  afterAll(() => grantor.stop());

  const post = ({ id, secret }: Asking, token: string, more = {}, headers = {}) =>
    fetch(`${grantor.issuer}/oauth2/introspect`, {
      method: 'POST',
      headers,
      body: form({ client_id: id, client_secret: secret, token, ...more }),
    });
  const introspect = async (asking: Asking, token: string, more = {}): Promise<unknown> => {
    const response = await post(asking, token, more);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    return response.json();
  };
  const appOf = (format: string) => (format === 'jwt' ? jwtApp : opaqueApp);
  const formats = ['jwt', 'opaque'] as const;

  it.each(formats)('returns the members of an active token (§2.2, %s)', async (format) => {
    const app = appOf(format);
    const tokens = await app.tokens({ scope: 'openid files:read', resource: API });
    const { access_token: token } = tokens;
    const { sub } = decodeJwt(tokens.id_token);
    const told = (await introspect(server, token)) as Record<string, unknown>;
    expect(told).toEqual({
      active: true,
      iss: grantor.issuer,
      sub,
      aud: API,
      client_id: app.id,
      token_type: 'Bearer',
      scope: 'openid files:read',
      iat: expect.any(Number),
      exp: Number(told.iat) + 900,
      auth_time: expect.any(Number),
      ...(format === 'jwt' ? { jti: decodeJwt(token).jti } : {}),
    });
  });

  it.each(formats)('returns the same for a JWT and an opaque token of a client (%s)', async (format) => {
    const program = await registerApp(grantor, {
      redirectUris: [],
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
      access_token_format: format,
    });
    const ask = async () => {
      const request = { grant_type: 'client_credentials', scope: 'files:read', resource: API };
      const response = await program.post('/oauth2/token', request);
      return ((await response.json()) as { access_token: string }).access_token;
    };
    const token = await ask();
    expect(await introspect(server, token)).toMatchObject({
      active: true,
      sub: program.id,
      client_id: program.id,
      aud: API,
      scope: 'files:read',
    });
    expect(await introspect(otherServer, token)).toEqual(INACTIVE);
    await grantor.api('PATCH', `/clients/${program.id}`, { enabled: false });
    expect(await introspect(server, token)).toEqual(INACTIVE);
    await grantor.api('PATCH', `/clients/${program.id}`, { enabled: true });
    expect(await introspect(server, token)).toEqual(INACTIVE);
    const later = await ask();
    expect(await introspect(server, later)).toMatchObject({ active: true });
    passed += 901;
    expect(await introspect(server, later)).toEqual(INACTIVE);
  });

  describe('does not disclose tokens to resource servers outside the audience (§4; CVE-2026-37979: audience ignored)', () => {
    it.each(formats)('%s', async (format) => {
      const app = appOf(format);
      const { access_token: token } = await app.tokens({ scope: 'files:read', resource: API });
      const stranger = await registerApp(grantor);
      // Being registered to ask for a resource does not make a client its server.
      const sameAudience = await registerApp(grantor, { audience: API, resources: [API] });
      for (const asking of [otherServer, stranger, sameAudience]) {
        expect(await introspect(asking, token)).toEqual(INACTIVE);
      }
      expect(await introspect(app, token)).toMatchObject({ active: true });
    });
  });

  it('recognizes a resource server by one of several audiences, with any spelling of its host', async () => {
    const resource = `HTTPS://OTHER.example.com/ ${API}`;
    const code = await jwtApp.code({ scope: 'files:read', resource });
    const { access_token: token } = (await (await jwtApp.exchange(code, { resource })).json()) as TestTokens;
    for (const asking of [server, otherServer]) {
      expect(await introspect(asking, token)).toMatchObject({ active: true, aud: [OTHER_API, API] });
    }
  });

  it('returns a refresh token only to its client', async () => {
    const { refresh_token: token } = await jwtApp.tokens({ scope: 'openid files:read', resource: API });
    expect(await introspect(jwtApp, token)).toMatchObject({
      active: true,
      client_id: jwtApp.id,
      scope: 'openid files:read',
      iss: grantor.issuer,
    });
    for (const asking of [server, otherServer, opaqueApp]) {
      expect(await introspect(asking, token)).toEqual(INACTIVE);
    }
  });

  it('reports a spent refresh token as inactive', async () => {
    const { refresh_token: token } = await jwtApp.tokens();
    expect((await jwtApp.refresh(token)).status).toBe(200);
    expect(await introspect(jwtApp, token)).toEqual(INACTIVE);
  });

  describe.each(formats)('reports an access token as inactive at once (§2.2, %s)', (format) => {
    const granted = async () => {
      const app = appOf(format);
      const tokens = await app.tokens({ scope: 'files:read', resource: API });
      expect(await introspect(server, tokens.access_token)).toMatchObject({ active: true });
      return { app, ...tokens };
    };

    it('when it is revoked', async () => {
      const { app, access_token: token, refresh_token: refresh } = await granted();
      await app.revoke(token);
      for (const asking of [server, app]) expect(await introspect(asking, token)).toEqual(INACTIVE);
      expect(await introspect(app, refresh)).toMatchObject({ active: true });
    });

    it('when its refresh token is revoked', async () => {
      const { app, access_token: token, refresh_token: refresh } = await granted();
      await app.revoke(refresh);
      for (const either of [token, refresh]) expect(await introspect(app, either)).toEqual(INACTIVE);
    });

    it('when it has expired', async () => {
      const { app, access_token: token } = await granted();
      passed += 901;
      for (const asking of [server, app]) expect(await introspect(asking, token)).toEqual(INACTIVE);
    });

    it('when its refresh token has expired, from the second of "exp" on', async () => {
      const { app, refresh_token: refresh } = await granted();
      const { exp } = (await introspect(app, refresh)) as { exp: number };
      passed += exp - clock() - 1;
      expect(await introspect(app, refresh)).toMatchObject({ active: true, exp });
      passed += 1;
      expect(await introspect(app, refresh)).toEqual(INACTIVE);
    });

    it('when the user’s account is disabled, also after it is enabled again', async () => {
      const { app, access_token: token, refresh_token: refresh } = await granted();
      const { accounts } = grantor.server.store;
      const account = await accounts.findByLogin(grantor.user.username);
      const setDisabled = (disabledAt: number | null) =>
        accounts.update(account?.id ?? '', () => ({ disabledAt, updatedAt: clock() }));
      await setDisabled(clock());
      try {
        expect(await introspect(server, token)).toEqual(INACTIVE);
        expect(await introspect(app, refresh)).toEqual(INACTIVE);
      } finally {
        await setDisabled(null);
      }
      expect(await introspect(server, token)).toEqual(INACTIVE);
    });

    it('when its client is disabled', async () => {
      const { app, access_token: token } = await granted();
      await grantor.api('PATCH', `/clients/${app.id}`, { enabled: false });
      try {
        expect(await introspect(server, token)).toEqual(INACTIVE);
      } finally {
        await grantor.api('PATCH', `/clients/${app.id}`, { enabled: true });
      }
    });
  });

  it('reports only that it is inactive for an unknown token (§2.2)', async () => {
    const { access_token: token, id_token: idToken } = await jwtApp.tokens();
    const [head, body, tail] = token.split('.');
    const { access_token: reference } = await opaqueApp.tokens();
    const others = [
      'unknown-token',
      'a.b.c',
      `${head}.${body}.`,
      `${head}.${body}.${tail?.slice(0, -4)}`,
      idToken,
      // GHSA-6mq3-xmgp-pjm5: a truncated token is no token.
      reference.slice(0, -1),
      `${reference}a`,
    ];
    for (const other of others) expect(await introspect(jwtApp, other)).toEqual(INACTIVE);
    for (const other of others) expect(await introspect(opaqueApp, other)).toEqual(INACTIVE);
  });

  it('finds a token with any hint (§2.1)', async () => {
    const { access_token: access, refresh_token: refresh } = await opaqueApp.tokens();
    for (const hint of ['access_token', 'refresh_token', 'something_else']) {
      for (const token of [access, refresh]) {
        const told = await introspect(opaqueApp, token, { token_type_hint: hint });
        expect(told).toMatchObject({ active: true });
      }
    }
  });

  it('requires authentication (§2.1: token scanning)', async () => {
    const { access_token: token } = await jwtApp.tokens();
    const refused = { status: 401, error: 'invalid_client' };
    expect(await refusalOf(await post({ id: jwtApp.id, secret: 'wrong' }, token))).toEqual(refused);
    expect(await refusalOf(await post({ id: jwtApp.id, secret: undefined }, token))).toEqual(refused);
    const bearer = await fetch(`${grantor.issuer}/oauth2/introspect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: form({ token }),
    });
    expect(await refusalOf(bearer)).toEqual(refused);
  });

  it('refuses public clients, which cannot authenticate', async () => {
    const app = await registerApp(grantor, { token_endpoint_auth_method: 'none' });
    const { access_token: token } = await app.tokens();
    expect(await refusalOf(await post(app, token))).toEqual({ status: 401, error: 'invalid_client' });
  });

  it('requires the parameter token', async () => {
    const response = await post(jwtApp, '');
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'invalid_request',
      error_description: "'token' is missing",
    });
  });

  it('responds under the prefix /auth too, and only to POST', async () => {
    const { access_token: token } = await jwtApp.tokens();
    const response = await jwtApp.post('/auth/introspect', { token });
    expect(await response.json()).toMatchObject({ active: true });
    const got = await fetch(`${grantor.issuer}/oauth2/introspect?token=${token}`);
    expect(got.status).toBe(405);
  });

  describe('as a signed JWT (RFC 9701)', () => {
    const accept = { accept: 'application/token-introspection+jwt' };
    let keys: ReturnType<typeof createRemoteJWKSet>;
    beforeAll(() => {
      keys = createRemoteJWKSet(new URL(`${grantor.issuer}/oauth2/jwks`));
    });

    it('has the response in its own member, for the caller only (§5)', async () => {
      const { access_token: token } = await jwtApp.tokens({ scope: 'files:read', resource: API });
      const response = await post(server, token, {}, accept);
      expect(response.headers.get('content-type')).toBe('application/token-introspection+jwt');
      expect(response.headers.get('cache-control')).toBe('no-store');
      const { payload, protectedHeader } = await jwtVerify(await response.text(), keys);
      expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'token-introspection+jwt' });
      expect(payload).toEqual({
        iss: grantor.issuer,
        aud: server.id,
        iat: expect.any(Number),
        token_introspection: await introspect(server, token),
      });
    });

    it('reports only that a token is inactive (§5)', async () => {
      const { access_token: token } = await jwtApp.tokens({ resource: API });
      const response = await post(otherServer, token, {}, accept);
      expect(decodeJwt(await response.text()).token_introspection).toEqual(INACTIVE);
    });

    it.each(['ES256', 'PS256', 'EdDSA'])(
      'is signed with %s for a client registered for it (§6)',
      async (alg) => {
        const app = await registerApp(grantor, {
          redirectUris: [],
          grant_types: ['client_credentials'],
          introspection_signed_response_alg: alg,
        });
        const signed = await (await post(app, 'unknown', {}, accept)).text();
        expect(decodeProtectedHeader(signed).alg).toBe(alg);
        await jwtVerify(signed, keys);
      },
    );

    it('is refused as an access token and as any other token (RFC 8725 §3.11)', async () => {
      const { access_token: token } = await jwtApp.tokens({ scope: 'openid' });
      const signed = await (await post(jwtApp, token, {}, accept)).text();
      expect((await jwtApp.userinfo(signed)).status).toBe(401);
      expect(await introspect(jwtApp, signed)).toEqual(INACTIVE);
    });

    it.each([
      'application/json',
      '*/*',
      'application/token-introspection+jwt;q=0, application/json',
      'application/jwt',
    ])('is not sent to a caller that accepts %s', async (other) => {
      const response = await post(jwtApp, 'unknown', {}, { accept: other });
      expect(await response.json()).toEqual(INACTIVE);
    });

    it('is announced with its algorithms (§7)', async () => {
      const document = (await (
        await fetch(`${grantor.issuer}/.well-known/oauth-authorization-server`)
      ).json()) as Record<string, unknown>;
      expect(document).toMatchObject({
        introspection_endpoint: `${grantor.issuer}/oauth2/introspect`,
        introspection_signing_alg_values_supported: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      });
      expect(document.introspection_endpoint_auth_methods_supported).not.toContain('none');
    });
  });
});
