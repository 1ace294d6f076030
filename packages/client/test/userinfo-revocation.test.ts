import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TokenSet } from '../src/index.js';
import { AuthorizationServer } from './authorization-server.js';
import { clientOf, connect, errorOf } from './fixtures.js';

let server: AuthorizationServer;
let tokens: TokenSet;
beforeEach(async () => {
  server = await AuthorizationServer.start();
  tokens = await connect(server);
});
afterEach(async () => server.stop());

describe('userinfo', () => {
  it('returns the claims about the user, requested with the access token (RFC 6750 §2.1)', async () => {
    expect(await clientOf(server).userinfo(tokens)).toEqual({ sub: 'user-1', name: 'Una User' });
    expect(server.requestsTo('/userinfo')[0]?.authorization).toBe('Bearer access-token-1');
  });

  it('refuses the claims of another user (OIDC Core §5.3.2)', async () => {
    server.overrides.set('/userinfo', () => ({ body: { sub: 'user-2' } }));
    await errorOf(clientOf(server).userinfo(tokens), 'userinfo_subject_mismatch');
  });

  it.each<[string, unknown]>([
    ['no sub', { name: 'Una' }],
    ['a signed response', 'eyJhbGciOiJub25lIn0.e30.'],
  ])('refuses a response with %s', async (_, body) => {
    server.overrides.set('/userinfo', () => ({ body }));
    await errorOf(clientOf(server).userinfo(tokens), 'invalid_response');
  });

  it('reads the error from WWW-Authenticate (RFC 6750 §3)', async () => {
    server.overrides.set('/userinfo', ({ authorization }) => ({
      status: 401,
      headers: {
        'www-authenticate': `Bearer realm="x", error="invalid_token", error_description="${authorization} expired"`,
      },
      body: '',
    }));
    const error = await errorOf(clientOf(server).userinfo(tokens), 'oauth_error');
    expect(error).toMatchObject({
      status: 401,
      error: 'invalid_token',
      errorDescription: 'Bearer [removed] expired',
    });
  });
});

describe('revoke', () => {
  it('revokes the refresh token, which ends the grant (RFC 7009 §2.1)', async () => {
    await clientOf(server).revoke(tokens);
    const [request] = server.requestsTo('/revoke');
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      token: 'refresh-token-1',
      token_type_hint: 'refresh_token',
    });
    expect(request?.authorization).toMatch(/^Basic /);
  });

  it('revokes the access token if there is no refresh token', async () => {
    const { refreshToken: _, ...without } = tokens;
    await clientOf(server).revoke(without);
    expect(Object.fromEntries(server.requestsTo('/revoke')[0]?.form ?? [])).toEqual({
      token: 'access-token-1',
      token_type_hint: 'access_token',
    });
  });

  it('reports an error', async () => {
    server.overrides.set('/revoke', () => ({ status: 400, body: { error: 'unsupported_token_type' } }));
    const error = await errorOf(clientOf(server).revoke(tokens), 'oauth_error');
    expect(error).toMatchObject({ error: 'unsupported_token_type' });
  });

  it('reports a server without the endpoint', async () => {
    delete server.metadata.revocation_endpoint;
    await errorOf(clientOf(server).revoke(tokens), 'unsupported_by_server');
  });
});
