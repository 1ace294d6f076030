import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

const algorithms = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;

let grantor: TestServer;

beforeAll(async () => {
  grantor = await startServer();
});
afterAll(() => grantor.stop());

describe('userinfo as a signed JWT (OpenID Connect Core 1.0 §5.3.2)', () => {
  it.each(algorithms)('is signed with %s for an app that registered it', async (algorithm) => {
    const app = await registerApp(grantor, { userinfo_signed_response_alg: algorithm });
    const { access_token: token } = await app.tokens({ scope: 'openid profile' });
    const response = await app.userinfo(token);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/jwt']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const jwks = createRemoteJWKSet(new URL(`${grantor.issuer}/oauth2/jwks`));
    const { payload } = await jwtVerify(await response.text(), jwks, {
      algorithms: [algorithm],
      issuer: grantor.issuer,
      audience: app.id,
    });
    expect(payload).toMatchObject({ name: grantor.user.name, sub: expect.any(String) });
  });

  it('has the same claims of the user as the ID token', async () => {
    const app = await registerApp(grantor, {
      userinfo_signed_response_alg: 'ES256',
      subject_type: 'pairwise',
    });
    const tokens = await app.tokens();
    const userinfo = await (await app.userinfo(tokens.access_token)).text();
    expect(decodeJwt(userinfo).sub).toBe(decodeJwt(tokens.id_token).sub);
  });

  it('is refused as an access token and as an ID token hint (token confusion)', async () => {
    const app = await registerApp(grantor, { userinfo_signed_response_alg: 'ES256' });
    const userinfo = await (await app.userinfo((await app.tokens()).access_token)).text();
    expect(decodeProtectedHeader(userinfo).typ).not.toBe('at+jwt');
    expect((await app.userinfo(userinfo)).status).toBe(401);
    const answer = await app.authorize({ id_token_hint: userinfo, prompt: 'none' });
    expect(answer.searchParams.get('error')).toBe('invalid_request');
  });

  it('is JSON for every other app', async () => {
    const app = await registerApp(grantor);
    const response = await app.userinfo((await app.tokens()).access_token);
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it('is refused in the same way as JSON: with a challenge and an error in JSON (RFC 6750 §3)', async () => {
    const app = await registerApp(grantor, { userinfo_signed_response_alg: 'ES256' });
    const response = await app.userinfo('unknown');
    expect([response.status, response.headers.get('content-type')]).toEqual([401, 'application/json']);
  });
});

it('is in the metadata with its algorithms (OpenID Connect Discovery 1.0 §3)', async () => {
  const response = await fetch(`${grantor.issuer}/.well-known/openid-configuration`);
  expect(await response.json()).toMatchObject({ userinfo_signing_alg_values_supported: algorithms });
});
