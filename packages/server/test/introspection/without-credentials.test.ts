import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { form, refusalOf, registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const setting = { compatibility: { allow_introspection_without_credentials: true } };
const INACTIVE = { status: 200, body: { active: false } };

describe.each(databases)('introspection with token alone (RFC 7662 §2.1) on %s', (database) => {
  let grantor: TestServer;
  let passed = 0;
  const clock = () => Math.floor(Date.now() / 1000) + passed;
  let app: TestApp;
  let opaque: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    grantor = await startServer({ database, clock });
    other = await registerApp(grantor);
  });
  afterAll(() => grantor.stop());

  const ask = (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${grantor.issuer}/api/2.0/oauth2/introspect`, { method: 'POST', body: form(parameters), headers });
  const told = async (token: string, headers: Record<string, string> = {}) => {
    const response = await ask({ token }, headers);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('is refused if no client has allow_introspection_without_credentials', async () => {
    const { access_token: token } = await other.tokens({ scope: 'files:read' });
    expect(await refusalOf(await ask({ token }))).toEqual({ status: 401, error: 'invalid_client' });
  });

  describe('with a client that has the setting', () => {
    beforeAll(async () => {
      app = await registerApp(grantor, { ...setting, allowed_origins: ['https://mcp.example'] });
      opaque = await registerApp(grantor, { ...setting, access_token_format: 'opaque' });
      passed += 10;
    });

    it.each(['jwt', 'opaque'])(
      'returns the members of a %s token of that client, and nothing about the user',
      async (format) => {
        const owner = format === 'jwt' ? app : opaque;
        const { access_token: token } = await owner.tokens({ scope: 'openid files:read' });
        expect(await told(token)).toEqual({
          status: 200,
          body: {
            active: true,
            aud: grantor.issuer,
            client_id: owner.id,
            exp: expect.any(Number),
            scope: 'openid files:read',
            token_type: 'Bearer',
          },
        });
      },
    );

    it('is inactive for every other token: unknown, of another client, a refresh token, revoked, expired', async () => {
      const { access_token: othersToken, refresh_token: othersRefreshToken } = await other.tokens();
      const { access_token: token, refresh_token: refreshToken } = await app.tokens();
      for (const each of ['unknown', 'a.b.c', othersToken, othersRefreshToken, refreshToken, `${token}x`]) {
        const response = await ask({ token: each });
        expect(response.headers.get('vary')).toBeNull();
        expect({ status: response.status, body: await response.json() }).toEqual(INACTIVE);
      }
      expect((await told(token)).body.active).toBe(true);
      await app.revoke(token);
      expect(await told(token)).toEqual(INACTIVE);
      const { access_token: expiring } = await opaque.tokens();
      passed += 901;
      expect(await told(expiring)).toEqual(INACTIVE);
    });

    it('is inactive for a token of a disabled client', async () => {
      const stopped = await registerApp(grantor, setting);
      const { access_token: token } = await stopped.tokens();
      await grantor.api('PATCH', `/clients/${stopped.id}/activation`, { status: false });
      expect(await told(token)).toEqual(INACTIVE);
    });

    it('is refused to pages of other origins than the allowed ones of the client', async () => {
      const { access_token: token } = await app.tokens();
      expect(await told(token, { origin: 'https://evil.example' })).toEqual(INACTIVE);
      expect((await told(token, { origin: 'https://mcp.example' })).body.active).toBe(true);
    });

    it('ignores a Bearer header beside the token, which is not client authentication', async () => {
      const { access_token: token } = await app.tokens();
      expect((await told(token, { authorization: `Bearer ${token}` })).body.active).toBe(true);
    });

    it.each([
      ['a client_id', { client_id: 'unknown' }],
      ['a wrong secret', { client_id: 'unknown', client_secret: 'wrong' }],
    ])('refuses %s beside the token, which is client authentication', async (_what, more) => {
      const { access_token: token } = await app.tokens();
      expect(await refusalOf(await ask({ token, ...more }))).toEqual({
        status: 401,
        error: 'invalid_client',
      });
    });

    it('refuses wrong Basic credentials beside the token', async () => {
      const { access_token: token } = await app.tokens();
      const response = await ask({ token }, { authorization: `Basic ${btoa(`${app.id}:wrong`)}` });
      expect(await refusalOf(response)).toEqual({ status: 401, error: 'invalid_client' });
    });

    it('returns all members of its own tokens to a client with credentials', async () => {
      const { access_token: token } = await app.tokens();
      const response = await app.post('/oauth2/introspect', { token });
      expect(await response.json()).toMatchObject({ active: true, sub: expect.any(String) });
    });

    it('responds with 429 and Retry-After after 120 in a minute from one address, with any token', async () => {
      const { access_token: token } = await app.tokens();
      // A full window, from its beginning.
      passed += 61;
      for (let sent = 0; sent < 120; sent += 1) expect((await told('unknown')).status).toBe(200);
      for (const each of [token, 'unknown']) {
        const response = await ask({ token: each });
        expect(response.status).toBe(429);
        expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' });
      }
      passed += 61;
      expect((await told(token)).body.active).toBe(true);
    });

    it('is refused again once no client has the setting', async () => {
      for (const { id } of [app, opaque]) await grantor.api('PATCH', `/clients/${id}`, { compatibility: {} });
      const { access_token: token } = await app.tokens();
      expect((await told(token)).body.active).not.toBe(true);
      passed += 10;
      expect((await ask({ token })).status).toBe(401);
    });
  });
});
