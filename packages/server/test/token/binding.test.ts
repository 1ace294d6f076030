import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import type { Binding } from '../../src/storage/ports/index.js';
import { type BoundRequest, boundRequests } from './bound-requests.js';
import { keyringOf } from './keyring.js';

const JKT = { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' };
const CERTIFICATE = { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' };
const OTHER_KEY = { jkt: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' };

const secret = 'Aw6Zk1Tq8Vn3Xb0Rj5Hm9Ds2Lf7Gc4Py';
const types = [
  ['DPoP', JKT],
  ['Bearer', CERTIFICATE],
] as const;
let grantor: TestServer;
let request: BoundRequest;

beforeAll(async () => {
  grantor = await startServer({ settings: { secret, idTokenAlgorithm: 'ES256' } });
  request = await boundRequests(grantor, secret);
});
afterAll(() => grantor.stop());

/** The tokens that the user of an app has after signing in. */
async function signIn(app: TestApp, binding: Binding) {
  const code = await app.code();
  const { redirectUri: redirect_uri, verifier: code_verifier } = app;
  return request(app.id, { grant_type: 'authorization_code', code, redirect_uri, code_verifier }, binding);
}

// RFC 7800 §3.1, RFC 8705 §3 and RFC 9449 §6, which no endpoint supports yet.
describe.each(['jwt', 'opaque'])('a %s access token that is bound to a key of its sender', (format) => {
  async function issued(binding: Binding) {
    const app = await registerApp(grantor, { access_token_format: format });
    const { access_token: token = '', token_type: type } = await signIn(app, binding);
    return { app, token, type };
  }

  it.each(types)(
    'has the token type %s, and its introspection names the key in cnf',
    async (type, binding) => {
      const bound = await issued(binding);
      expect(bound.type).toBe(type);
      if (format === 'jwt') expect(decodeJwt(bound.token).cnf).toEqual(binding);
      const response = await bound.app.post('/oauth2/introspect', { token: bound.token });
      expect(await response.json()).toMatchObject({ active: true, token_type: type, cnf: binding });
    },
  );

  it.each(types)('is refused by endpoints that check no proof (%s)', async (_, binding) => {
    const { app, token } = await issued(binding);
    expect((await app.userinfo(token)).status).toBe(401);
    const api = await fetch(`${grantor.issuer}/api/2.0/clients`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(api.status).toBe(401);
  });

  it('keeps its binding if a client acts for itself (RFC 6749 §4.4)', async () => {
    const app = await registerApp(grantor, {
      access_token_format: format,
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
    });
    const { access_token: token, ...tokens } = await request(
      app.id,
      { grant_type: 'client_credentials' },
      JKT,
    );
    expect(tokens.token_type).toBe('DPoP');
    const response = await app.post('/oauth2/introspect', { token });
    expect(await response.json()).toMatchObject({ active: true, token_type: 'DPoP', cnf: JKT });
  });

  it('has no cnf if it is a bearer token', async () => {
    const { app, token, type } = await issued('none');
    expect(type).toBe('Bearer');
    const response = await app.post('/oauth2/introspect', { token });
    expect(await response.json()).not.toHaveProperty('cnf');
    expect((await app.userinfo(token)).status).toBe(200);
  });
});

describe('a JWT access token with a cnf', () => {
  it('is inactive if the cnf names a key in an unknown way', async () => {
    // RFC 7800 §3.1: what the server does not understand must not pass for a bearer token.
    const app = await registerApp(grantor);
    const { access_token: token = '' } = await signIn(app, 'none');
    const keyring = await keyringOf(grantor, secret);
    const introspect = async (cnf: object) => {
      const signed = await keyring.sign('ES256', 'at+jwt', { ...decodeJwt(token), cnf });
      return (await app.post('/oauth2/introspect', { token: signed })).json();
    };
    expect(await introspect(JKT)).toMatchObject({ active: true, cnf: JKT });
    expect(await introspect({ kid: 'a key' })).toEqual({ active: false });
  });
});

describe('a refresh token that is bound to a key of its sender', () => {
  const publicApp = (format = 'jwt') =>
    registerApp(grantor, { token_endpoint_auth_method: 'none', access_token_format: format });
  const refresh = (app: TestApp, token = '', binding: Binding = 'none') =>
    request(app.id, { grant_type: 'refresh_token', refresh_token: token }, binding);
  const refused = { status: 400, error: 'invalid_grant' };

  it.each(types)('is redeemed with the same key, and its successor too (%s)', async (type, binding) => {
    const app = await publicApp('opaque');
    const first = await signIn(app, binding);
    const second = await refresh(app, first.refresh_token, binding);
    const third = await refresh(app, second.refresh_token, binding);
    expect(third.token_type).toBe(type);
    expect(new Set([first, second, third].map((tokens) => tokens.refresh_token)).size).toBe(3);
  });

  it('is refused with another key or with none, which spends and ends nothing', async () => {
    // RFC 9449 §5, RFC 8705 §7.1
    const app = await publicApp();
    const { refresh_token: token = '' } = await signIn(app, JKT);
    for (const binding of [OTHER_KEY, CERTIFICATE, { 'x5t#S256': JKT.jkt }, 'none'] as const) {
      await expect(refresh(app, token, binding)).rejects.toMatchObject({ code: 'invalid_grant' });
    }
    expect(await refusalOf(await app.refresh(token))).toEqual(refused);
    await expect(refresh(app, token, JKT)).resolves.toMatchObject({ token_type: 'DPoP' });
  });

  it('once spent, repeats its response only with the same key, and ends nothing with another', async () => {
    const app = await publicApp();
    const { refresh_token: token = '' } = await signIn(app, JKT);
    const next = await refresh(app, token, JKT);
    expect(await refusalOf(await app.refresh(token))).toEqual(refused);
    await expect(refresh(app, token, OTHER_KEY)).rejects.toMatchObject({ code: 'invalid_grant' });
    expect(await refresh(app, token, JKT)).toEqual(next);
    const last = await refresh(app, next.refresh_token, JKT);
    expect(await refusalOf(await app.refresh(token))).toEqual(refused);
    await expect(refresh(app, last.refresh_token, JKT)).resolves.toHaveProperty('refresh_token');
  });

  it('is never bound if it was a bearer token, so that a replay after a theft is seen', async () => {
    // RFC 9700 §4.14.2: the thief is first, with a key of their own.
    const app = await publicApp();
    const { refresh_token: token = '' } = await signIn(app, 'none');
    const stolen = await refresh(app, token, JKT);
    await expect(refresh(app, stolen.refresh_token, 'none')).resolves.toHaveProperty('refresh_token');
    expect(await refusalOf(await app.refresh(token))).toEqual(refused);
    await expect(refresh(app, stolen.refresh_token, JKT)).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  it('is none of a confidential client, whose authentication binds it', async () => {
    // RFC 9449 §5
    const app = await registerApp(grantor);
    const { refresh_token: token = '' } = await signIn(app, JKT);
    const next = await refresh(app, token, OTHER_KEY);
    expect(decodeJwt(next.access_token ?? '').cnf).toEqual(OTHER_KEY);
    expect((await app.refresh(next.refresh_token ?? '')).status).toBe(200);
  });
});
