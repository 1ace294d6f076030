import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';

const origin = 'https://browser-app.example';

/** What browser apps call. */
const open = [
  ['/.well-known/openid-configuration', 'GET'],
  ['/.well-known/oauth-authorization-server', 'GET'],
  ['/oauth2/.well-known/openid-configuration', 'GET'],
  ['/oauth2/jwks', 'GET'],
  ['/.well-known/jwks.json', 'GET'],
  ['/oauth2/token', 'POST'],
  ['/auth/token', 'POST'],
  ['/oauth2/userinfo', 'GET'],
  ['/oauth2/userinfo', 'POST'],
  ['/oauth2/revoke', 'POST'],
  ['/oauth2/introspect', 'POST'],
  ['/oauth2/register', 'POST'],
  ['/oauth2/register/some-id', 'GET'],
  ['/oauth2/register/some-id', 'PUT'],
  ['/oauth2/register/some-id', 'DELETE'],
] as const;

/** Where a user is, or a manager's key counts. */
const closed = [
  '/oauth2/authorize',
  '/signin',
  '/signin/switch',
  '/signin/account',
  '/signout',
  '/oauth2/logout',
  '/oauth2/check-session',
  '/consent',
  '/',
  '/health',
  '/api/2.0/clients',
  '/api/2.0/clients/some-id',
  '/api/2.0/registration-tokens',
  '/nothing',
] as const;

describe('scripts of other origins (Fetch §3.3)', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ settings: { registration: 'open', registrationFromBrowsers: 'on' } });
  });
  afterAll(() => grantor.stop());

  const preflight = (path: string, method: string) =>
    fetch(grantor.issuer + path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,dpop',
      },
    });

  it.each(open)(
    'may request %s by %s: the preflight allows it, without credentials',
    async (path, method) => {
      const response = await preflight(path, method);
      expect({ status: response.status, body: await response.text() }).toEqual({ status: 204, body: '' });
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-allow-methods')?.split(', ')).toContain(method);
      expect(response.headers.get('access-control-allow-headers')).toBe('*, Authorization');
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    },
  );

  it.each(open)('may read the response of %s to %s, also refusals and their reason', async (path, method) => {
    const response = await fetch(grantor.issuer + path, { method, headers: { origin } });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it('may also read a 405 and a refusal with its challenge', async () => {
    const wrongMethod = await fetch(`${grantor.issuer}/oauth2/token`, { headers: { origin } });
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get('access-control-allow-origin')).toBe('*');
    const refused = await fetch(`${grantor.issuer}/oauth2/userinfo`, {
      headers: { origin, authorization: 'Bearer none' },
    });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('invalid_token');
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
  });

  it.each(closed)('may read nothing of %s (cross-origin reading of pages and keys)', async (path) => {
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const response =
        method === 'OPTIONS'
          ? await preflight(path, 'POST')
          : await fetch(grantor.issuer + path, { method, headers: { origin } });
      const names = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));
      expect({ method, names }).toEqual({ method, names: [] });
    }
  });

  it('responds to OPTIONS with 204 and the methods of the path (RFC 9110 §9.3.7)', async () => {
    const response = await fetch(`${grantor.issuer}/signin`, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('allow')).toBe('GET, POST');
    expect((await fetch(`${grantor.issuer}/nothing`, { method: 'OPTIONS' })).status).toBe(404);
  });
});
