import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import { expectHarmless, expectOAuthError } from './support/refusals.js';
import { identify } from './support/requests.js';
import { encodeForm, postForm, send } from './support/send.js';

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer();
});
afterAll(() => server.stop());

const userinfo = (authorization: string) =>
  send(server.issuer, '/oauth2/userinfo', { headers: { authorization } });

describe('a call of userinfo', () => {
  it('without a token gets a challenge without an error (RFC 6750 §3.1)', async () => {
    for (const headers of [{}, { authorization: 'Basic YTpi' }, { authorization: 'Bearer\tabc' }]) {
      const reply = await send(server.issuer, '/oauth2/userinfo', { headers });
      expectHarmless(reply);
      expect({ status: reply.status, body: reply.body }).toEqual({ status: 401, body: '' });
      expect(reply.headers.get('www-authenticate')).toBe(`Bearer realm="${server.issuer}"`);
      expect(reply.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('with a token in the query is refused (RFC 6750 §2.3)', async () => {
    const { access_token } = await server.tokens(server.app);
    const reply = await send(server.issuer, `/oauth2/userinfo?access_token=${access_token}`);
    expect(reply.status).toBe(401);
  });

  it.each([
    ['Bearer'],
    ['Bearer '],
    ['Bearer a b'],
    ['Bearer a,b'],
    ['Bearer "a"'],
    ['Bearer =a'],
    ['Bearer a\u00e9'],
  ])('with the header "%s" is malformed (RFC 6750 §2.1)', async (authorization) => {
    const reply = await userinfo(authorization);
    expectOAuthError(reply, { error: 'invalid_request', names: 'Authorization header' });
    expect(reply.headers.get('www-authenticate')).toContain('error="invalid_request"');
  });

  it.each([
    ['is unknown', 'abc'],
    ['has the form of a JWT', 'a.b.c'],
    ['has the form of a JWE', 'a.b.c.d.e'],
    ['is nothing but dots', '...'],
    ['is a JWT of empty objects', 'e30.e30.'],
    ['is a JWT of no object', 'MQ.bnVsbA.eA'],
    ['has 15,000 characters', 'a'.repeat(15_000)],
    ['has 15,000 dots', '.'.repeat(15_000)],
    ['is a path', '../../../etc/passwd'],
  ])('with a token that %s is refused (RFC 6750 §3.1)', async (_what, token) => {
    expectOAuthError(await userinfo(`Bearer ${token}`), { error: 'invalid_token', names: 'access token' });
  });

  it('with a token in two places is refused (RFC 6750 §2)', async () => {
    const { access_token } = await server.tokens(server.app);
    const reply = await postForm(server.issuer, '/oauth2/userinfo', encodeForm({ access_token }), {
      authorization: `Bearer ${access_token}`,
    });
    expectOAuthError(reply, { error: 'invalid_request', names: 'twice' });
  });

  it('with an expired token of either format is refused', async () => {
    const tokens = [await server.tokens(server.app), await server.tokens(server.opaqueApp)];
    server.sleep(901);
    for (const { access_token } of tokens) {
      expectOAuthError(await userinfo(`Bearer ${access_token}`), {
        error: 'invalid_token',
        names: 'access token',
      });
    }
  });

  it('with a token that is not for openid is refused (RFC 6750 §3.1)', async () => {
    const { access_token } = await server.tokens(server.app, { scope: 'files:read' });
    expectOAuthError(await userinfo(`Bearer ${access_token}`), {
      error: 'insufficient_scope',
      names: 'openid',
      status: 403,
    });
  });
});

describe('a call of revoke', () => {
  it.each([
    ['missing', {}],
    ['empty', { token: '' }],
  ])('is refused when the token is %s (RFC 7009 §2.1)', async (_what, parameters) => {
    const body = encodeForm({ ...identify(server.app), ...parameters });
    expectOAuthError(await postForm(server.issuer, '/oauth2/revoke', body), {
      error: 'invalid_request',
      names: "'token'",
    });
  });

  it.each([['unknown'], ['a.b.c'], ['....'], ['☃'], ['x'.repeat(16_384)]])(
    'responds with 200 for an unknown token (RFC 7009 §2.2): %s',
    async (token) => {
      const body = encodeForm({ ...identify(server.app), token, token_type_hint: 'nonsense' });
      const reply = await postForm(server.issuer, '/oauth2/revoke', body);
      expect({ status: reply.status, body: reply.body }).toEqual({ status: 200, body: '{}' });
    },
  );
});
