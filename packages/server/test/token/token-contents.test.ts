import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { leftHalf } from '../openid-connect-core/support/responses.js';

/** As OpenID Connect Core 1.0 §3.1.3.6 says it: the left half of the hash of the ASCII octets. */
describe('the contents of tokens', () => {
  let grantor: TestServer;
  let keys: ReturnType<typeof createRemoteJWKSet>;
  const now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({ clock: () => now });
    keys = createRemoteJWKSet(new URL(`${grantor.issuer}/oauth2/jwks`));
  });
  afterAll(() => grantor.stop());

  it('the response has the members of RFC 6749 §5.1 and is not to be cached', async () => {
    const app = await registerApp(grantor);
    const response = await app.exchange(await app.code({ scope: 'openid files:read' }));
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^[\w-]{86}$/),
      id_token: expect.any(String),
      scope: 'openid files:read',
    });
  });

  it('gives no ID token without openid, and no refresh token to an app that is not registered for it', async () => {
    const app = await registerApp(grantor, { grantTypes: ['authorization_code'] });
    const tokens = await app.tokens({ scope: 'files:read' });
    expect(tokens).not.toHaveProperty('id_token');
    expect(tokens).not.toHaveProperty('refresh_token');
  });

  it.each(['ES256', 'RS256'])(
    'an ID token signed with %s is valid against the JWKS (OpenID Connect Core 1.0 §3.1.3.7)',
    async (algorithm) => {
      const app = await registerApp(grantor, { id_token_signed_response_alg: algorithm });
      const tokens = await app.tokens({ nonce: 'n-0S6_WzA2Mj' });

      const { payload, protectedHeader } = await jwtVerify(tokens.id_token, keys, {
        issuer: grantor.issuer,
        audience: app.id,
        algorithms: [algorithm],
      });

      expect(protectedHeader).toEqual({ alg: algorithm, typ: 'JWT', kid: expect.any(String) });
      expect(payload).toEqual({
        iss: grantor.issuer,
        sub: expect.any(String),
        aud: app.id,
        iat: now,
        exp: now + 3600,
        auth_time: now,
        sid: expect.any(String),
        nonce: 'n-0S6_WzA2Mj',
        at_hash: leftHalf(tokens.access_token),
        acr: expect.any(String),
        amr: ['pwd'],
      });
    },
  );

  it('an ID token without a nonce in the request has none', async () => {
    const app = await registerApp(grantor);
    const { payload } = await jwtVerify((await app.tokens()).id_token, keys);
    expect(payload).not.toHaveProperty('nonce');
  });

  it('an ID token from a refresh keeps issuer, subject, audience and auth_time, and has no nonce (OpenID Connect Core 1.0 §12.2)', async () => {
    const app = await registerApp(grantor);
    const first = await app.tokens({ nonce: 'a nonce' });
    const second = (await (await app.refresh(first.refresh_token)).json()) as typeof first;
    const before = (await jwtVerify(first.id_token, keys)).payload;
    const after = (await jwtVerify(second.id_token, keys)).payload;
    for (const name of ['iss', 'sub', 'aud', 'auth_time', 'sid']) expect(after[name]).toBe(before[name]);
    expect(after).not.toHaveProperty('nonce');
    expect(after.at_hash).toBe(leftHalf(second.access_token));
  });

  it('an access token is a JWT with the type and claims of RFC 9068 §2', async () => {
    const app = await registerApp(grantor);
    const { access_token: accessToken, id_token: idToken } = await app.tokens({ scope: 'openid files:read' });

    const { payload, protectedHeader } = await jwtVerify(accessToken, keys, { typ: 'at+jwt' });

    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(payload).toEqual({
      iss: grantor.issuer,
      sub: (await jwtVerify(idToken, keys)).payload.sub,
      aud: grantor.issuer,
      client_id: app.id,
      scope: 'openid files:read',
      iat: now,
      exp: now + 900,
      auth_time: now,
      jti: expect.any(String),
    });
  });

  it('each access token has a unique jti', async () => {
    const app = await registerApp(grantor);
    const first = await app.tokens();
    const second = (await (await app.refresh(first.refresh_token)).json()) as typeof first;
    const jtis = await Promise.all(
      [first, second].map(async (tokens) => (await jwtVerify(tokens.access_token, keys)).payload.jti),
    );
    expect(new Set(jtis).size).toBe(2);
  });

  it('the audience is the registered one of the client, as a string', async () => {
    const app = await registerApp(grantor, { audience: 'https://api.example.com' });
    const { payload } = await jwtVerify((await app.tokens()).access_token, keys);
    expect(payload.aud).toBe('https://api.example.com');
  });

  it('the access token of a client that is registered for RS256 ID tokens stays ES256', async () => {
    const app = await registerApp(grantor, { id_token_signed_response_alg: 'RS256' });
    expect(decodeProtectedHeader((await app.tokens()).access_token).alg).toBe('ES256');
  });

  it('a client that is registered for opaque access tokens gets them, with a matching at_hash', async () => {
    const app = await registerApp(grantor, { access_token_format: 'opaque' });
    const tokens = await app.tokens({ scope: 'openid profile' });
    expect(tokens.access_token).toMatch(/^[\w-]{43}$/);
    expect((await jwtVerify(tokens.id_token, keys)).payload.at_hash).toBe(leftHalf(tokens.access_token));
    expect(await (await app.userinfo(tokens.access_token)).json()).toMatchObject({ name: 'Ada Lovelace' });
  });

  it('neither token can be used as the other (RFC 8725 §3.11)', async () => {
    const app = await registerApp(grantor);
    const { id_token: idToken } = await app.tokens();
    expect((await app.userinfo(idToken)).status).toBe(401);
  });
});
