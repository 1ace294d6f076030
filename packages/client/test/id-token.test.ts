import { createHash } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuthorizationServer } from './authorization-server.js';
import { clientOf, connect, errorOf } from './fixtures.js';

const now = () => Math.floor(Date.now() / 1000);

function leftHalf(algorithm: string, text: string): string {
  const digest = createHash(algorithm).update(text).digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

describe('the ID token of an exchange (OIDC Core §3.1.3.7)', () => {
  let server: AuthorizationServer;
  beforeEach(async () => {
    server = await AuthorizationServer.start();
  });
  afterEach(async () => server.stop());

  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'])('is accepted when signed with %s', async (alg) => {
    await server.rotateKey('key-2', alg);
    expect((await connect(server)).claims?.sub).toBe('user-1');
  });

  it.each<[string, Partial<Record<string, unknown>>, RegExp]>([
    ['another nonce', { nonce: 'another' }, /nonce/],
    ['no nonce', { nonce: undefined }, /nonce/],
    ['another audience', { aud: 'app-2' }, /aud/],
    ['no audience', { aud: undefined }, /aud/],
    ['several audiences and no azp', { aud: ['app-1', 'app-2'] }, /azp/],
    ['another azp', { azp: 'app-2' }, /azp/],
    ['another issuer', { iss: 'https://evil.example' }, /iss/],
    ['no issuer', { iss: undefined }, /iss/],
    ['an expiry in the past', { exp: now() - 61 }, /exp/],
    ['no expiry', { exp: undefined }, /exp/],
    ['a time of issue in the future', { iat: now() + 120 }, /iat/],
    ['no time of issue', { iat: undefined }, /iat/],
    ['no subject', { sub: undefined }, /sub/],
    ['an empty subject', { sub: '' }, /claim/],
    ['a not-before in the future', { nbf: now() + 120 }, /nbf/],
    ['the hash of another access token', { at_hash: leftHalf('sha256', 'another') }, /at_hash/],
    ['a hash that is not a string', { at_hash: 7 }, /at_hash/],
  ])('is refused with %s', async (_, change, message) => {
    server.editClaims = (claims) => ({ ...claims, ...change });
    const error = await errorOf(connect(server), 'id_token_invalid');
    expect(error.message).toMatch(message);
  });

  it('may have several audiences if azp is this client', async () => {
    server.editClaims = (claims) => ({ ...claims, aud: ['app-1', 'app-2'], azp: 'app-1' });
    expect((await connect(server)).claims?.azp).toBe('app-1');
  });

  it('may differ in time within the tolerance', async () => {
    server.editClaims = (claims) => ({ ...claims, exp: now() - 20, iat: now() + 20 });
    await expect(connect(server)).resolves.toHaveProperty('claims');
    await errorOf(connect(server, clientOf(server, { clockToleranceSeconds: 0 })), 'id_token_invalid');
  });

  it.each([
    ['ES256', 'sha256'],
    ['EdDSA', 'sha512'],
  ])('may carry the hash of its access token, signed with %s (§3.1.3.6)', async (alg, hash) => {
    await server.rotateKey('key-2', alg);
    server.editClaims = (claims) => ({ ...claims, at_hash: leftHalf(hash, 'access-token-1') });
    await expect(connect(server)).resolves.toHaveProperty('claims');
  });

  it('is refused with alg none (RFC 8725 §3.1)', async () => {
    server.sign = async (claims) => new UnsecuredJWT(claims).encode();
    await errorOf(connect(server), 'id_token_invalid');
  });

  it.each(['ES384', 'RS512'])('is refused when signed with %s, which is not on the list', async (alg) => {
    await server.rotateKey('key-2', alg);
    await errorOf(connect(server), 'id_token_invalid');
  });

  it('is refused with an HMAC by the client secret (RFC 8725 §3.1)', async () => {
    server.sign = async (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode('a secret: of the app, long enough'));
    await errorOf(connect(server), 'id_token_invalid');
  });

  it('is refused with a signature by another key of the same kid', async () => {
    const forged = await server.forgedKey();
    server.sign = async (claims) => server.signWith(forged, claims);
    const error = await errorOf(connect(server), 'id_token_invalid');
    expect(error.message).toContain('signature');
  });

  it('is refused if it is not a JWT', async () => {
    server.sign = async () => 'not-a-token';
    await errorOf(connect(server), 'id_token_invalid');
  });

  it('is checked even if openid was not requested', async () => {
    server.editResponse = (response) => ({ ...response, id_token: 'stray' });
    await errorOf(connect(server, clientOf(server, { scope: 'files' })), 'id_token_invalid');
  });

  it('does not show its claims in the error', async () => {
    server.editClaims = (claims) => ({ ...claims, email: 'una@example.com', exp: 1 });
    const error = await errorOf(connect(server), 'id_token_invalid');
    expect(JSON.stringify(error) + error.message + String(error.cause)).not.toContain('una@example.com');
    expect(error.cause).toBeUndefined();
  });

  describe('when maxAge was requested (§3.1.2.1)', () => {
    it('is accepted with a recent auth_time', async () => {
      server.editClaims = (claims) => ({ ...claims, auth_time: now() - 100 });
      await expect(connect(server, clientOf(server), { maxAge: 100 })).resolves.toHaveProperty('claims');
    });

    it.each<[string, unknown]>([
      ['an old auth_time', now() - 1000],
      ['no auth_time', undefined],
      ['an auth_time that is a string', String(now())],
    ])('is refused with %s', async (_, auth_time) => {
      server.editClaims = (claims) => ({ ...claims, auth_time });
      const error = await errorOf(connect(server, clientOf(server), { maxAge: 100 }), 'id_token_invalid');
      expect(error.message).toContain('auth_time');
    });
  });

  describe('and the key set', () => {
    it('is fetched once for many tokens', async () => {
      const client = clientOf(server);
      await connect(server, client);
      await connect(server, client);
      expect(server.requestsTo('/jwks')).toHaveLength(1);
    });

    it('is fetched again for an unknown kid, as issuers rotate (§10.1.1)', async () => {
      const client = clientOf(server);
      await connect(server, client);
      await server.rotateKey('key-2');
      await expect(connect(server, client)).resolves.toHaveProperty('claims');
      expect(server.requestsTo('/jwks')).toHaveLength(2);
    });

    it('has no key for a kid that is still unknown after that', async () => {
      const stranger = { ...(await server.forgedKey()), kid: 'nowhere' };
      server.sign = async (claims) => server.signWith(stranger, claims);
      await errorOf(connect(server), 'id_token_invalid');
    });

    it.each([
      ['an error', { status: 500, body: 'oops' }],
      ['not JSON', { body: 'hello' }],
      ['a redirect', { status: 302, headers: { location: '/other-keys' }, body: '' }],
    ])('is reported if it is %s', async (_, reply) => {
      server.overrides.set('/jwks', () => reply);
      const error = await errorOf(connect(server), 'invalid_response');
      expect(error.message).toContain('jwks_uri');
      expect(server.requestsTo('/other-keys')).toHaveLength(0);
    });
  });
});
