import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';

const aliases = [
  ['GET', '/api/2.0/oauth2/clients'],
  ['GET', '/api/2.0/oauth2/scopes'],
  ['GET', '/api/2.0/oauth2/consents'],
  ['GET', '/api/2.0/clients/consents'],
  ['GET', '/api/2.0/oauth2/jwks'],
  ['GET', '/api/2.0/oauth2/authorize'],
  ['POST', '/api/2.0/oauth2/token'],
  ['POST', '/api/2.0/oauth2/introspect'],
] as const;

const [withMode, withoutMode] = ['with GRANTOR_COMPAT=docspace', 'without GRANTOR_COMPAT'];

describe('a server without and with the compatibility mode for DocSpace', () => {
  let plain: TestServer;
  let docspace: TestServer;
  beforeAll(async () => {
    plain = await startServer({ settings: { compat: 'none' } });
    docspace = await startServer({ settings: { compat: 'docspace' } });
  });
  afterAll(async () => {
    await plain.stop();
    await docspace.stop();
  });

  const get = (grantor: TestServer, path: string, headers: Record<string, string> = {}) =>
    fetch(grantor.issuer + path, { headers });
  const asAdministrator = ({ apiKey }: TestServer) => ({ authorization: `Bearer ${apiKey}` });

  it(`has no x-signature ${withoutMode}: the path is 404, and the header authenticates no caller`, async () => {
    const path = '/api/2.0/security/oauth2/token';
    expect((await get(plain, path, asAdministrator(plain))).status).toBe(404);
    const response = await get(docspace, path, asAdministrator(docspace));
    expect(response.status).toBe(200);
    const { response: signature } = (await response.json()) as { response: string };
    const signed = { 'x-signature': signature };
    expect((await get(docspace, '/api/2.0/clients', signed)).status).toBe(200);
    expect((await get(plain, '/api/2.0/clients', signed)).status).toBe(401);
    const inCookie = { cookie: `x-signature=${signature}` };
    expect((await get(plain, '/api/2.0/clients', inCookie)).status).toBe(401);
  });

  it(`has no profile in the format of DocSpace ${withoutMode}`, async () => {
    const path = '/api/2.0/people/@self';
    expect((await get(plain, path, asAdministrator(plain))).status).toBe(404);
    // The key belongs to no user.
    const refused = await get(docspace, path, asAdministrator(docspace));
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('belongs to no user') });
  });

  it.each(aliases)(`responds to %s %s ${withMode} only`, async (method, path) => {
    const status = async (grantor: TestServer) =>
      (await fetch(grantor.issuer + path, { method, headers: asAdministrator(grantor), redirect: 'manual' }))
        .status;
    expect(await status(plain)).toBe(404);
    expect(await status(docspace)).not.toBe(404);
  });

  it(`offers no grant type personal_access_token ${withoutMode}, and refuses to register for it`, async () => {
    const metadata = async (grantor: TestServer) =>
      (await (await get(grantor, '/.well-known/oauth-authorization-server')).json()) as {
        grant_types_supported: string[];
      };
    expect((await metadata(plain)).grant_types_supported).not.toContain('personal_access_token');
    expect((await metadata(docspace)).grant_types_supported).toContain('personal_access_token');
    const app = {
      name: 'App',
      redirect_uris: ['https://app.example.com/callback'],
      grant_types: ['authorization_code', 'personal_access_token'],
    };
    expect((await plain.api('POST', '/clients', app)).status).toBe(400);
    expect((await docspace.api('POST', '/clients', app)).status).toBe(201);
  });

  it(`represents apps by the names of the specifications ${withoutMode}, and accepts no others`, async () => {
    const app = {
      name: 'App',
      redirect_uris: ['https://app.example.com/callback'],
      client_uri: 'https://app.example.com/about',
      post_logout_redirect_uris: ['https://app.example.com/bye'],
    };
    const others = ['tenant', 'website_url', 'terms_url', 'policy_url', 'logout_redirect_uris', 'is_public'];
    const read = async (response: Response) => (await response.json()) as Record<string, unknown>;
    for (const grantor of [plain, docspace]) {
      const made = await read(await grantor.api('POST', '/clients', app));
      const path = `/clients/${String(made.client_id)}`;
      const shown = await read(await grantor.api('GET', path));
      const info = await read(await grantor.api('GET', `${path}/info`));
      const events = await read(await grantor.api('GET', '/audit?type=client.created'));
      expect(shown).toMatchObject({ client_uri: app.client_uri });
      for (const name of others) {
        expect(Object.hasOwn(shown, name), name).toBe(grantor === docspace);
        expect(JSON.stringify(events)).not.toContain(`"${name}"`);
      }
      expect(info.website_url).toBe(grantor === docspace ? app.client_uri : undefined);
      expect(info.client_uri).toBe(grantor === docspace ? undefined : app.client_uri);
      // A response can be sent back as an update.
      expect((await grantor.api('PUT', path, shown)).status).toBe(200);
      const change = await grantor.api('PATCH', path, { website_url: 'https://app.example.com/other' });
      expect(change.status).toBe(grantor === docspace ? 200 : 400);
    }
  });

  it(`reports invalid fields with its own codes ${withoutMode}`, async () => {
    const app = {
      name: '',
      redirect_uris: ['x'],
      logo: 'x',
      color: 'red',
    };
    const codesOf = async (response: Response) => {
      const { errors } = (await response.json()) as { errors: readonly { field: string; code: string }[] };
      return Object.fromEntries(errors.map(({ field, code }) => [field, code]));
    };
    expect(await codesOf(await plain.api('POST', '/clients', app))).toEqual({
      name: 'required',
      'redirect_uris.0': 'invalid',
      logo: 'invalid',
      color: 'unknown_field',
    });
    expect(await codesOf(await docspace.api('POST', '/clients', app))).toEqual({
      name: 'EmptyFieldError',
      'redirect_uris.0': 'ErrorWrongURL',
      logo: 'ErrorPattern',
      color: 'ErrorPattern',
    });
    const chosen = { name: 'App', redirect_uris: ['https://app.example.com/cb'], client_id: 'chosen' };
    for (const [grantor, taken, missing, unknown] of [
      [plain, 'taken', 'required', 'invalid'],
      [docspace, 'ErrorPattern', 'EmptyFieldError', 'ErrorInvalidScope'],
    ] as const) {
      expect((await grantor.api('POST', '/clients', chosen)).status).toBe(201);
      expect(await codesOf(await grantor.api('POST', '/clients', chosen))).toEqual({ client_id: taken });
      expect(await codesOf(await grantor.api('GET', '/clients/info'))).toEqual({ limit: missing });
      const withScope = { ...chosen, client_id: 'other', scopes: ['made:up'] };
      expect(await codesOf(await grantor.api('POST', '/clients', withScope))).toEqual({
        'scopes.0': unknown,
      });
    }
  });

  it(`reads times in queries with Z or an offset such as +05:30, and with +0000 ${withMode} only`, async () => {
    const status = async (grantor: TestServer, time: string) => {
      const query = new URLSearchParams({ from: time });
      return (await grantor.api('GET', `/audit?${query}`)).status;
    };
    for (const time of ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00+05:30']) {
      expect([await status(plain, time), await status(docspace, time)]).toEqual([200, 200]);
    }
    const time = '2026-01-31T12:00:00+0000';
    expect([await status(plain, time), await status(docspace, time)]).toEqual([400, 200]);
  });

  it(`writes times in UTC with Z ${withoutMode}`, async () => {
    const made = (await (
      await plain.api('POST', '/clients', { name: 'App', redirect_uris: ['https://app.example.com/cb'] })
    ).json()) as Record<string, string>;
    expect(made.created_on).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it(`deletes all apps at DELETE /clients/tenant ${withMode} only`, async () => {
    const count = async (grantor: TestServer) => {
      const { data } = (await (await grantor.api('GET', '/clients')).json()) as { data: readonly unknown[] };
      return data.length;
    };
    for (const grantor of [plain, docspace]) {
      await grantor.register({ redirect_uris: ['https://app.example.com/cb'], scopes: ['openid'] });
    }
    expect((await plain.api('DELETE', '/clients/tenant')).status).toBe(404);
    expect(await count(plain)).toBeGreaterThan(0);
    expect((await docspace.api('DELETE', '/clients/tenant')).status).toBe(200);
    expect(await count(docspace)).toBe(0);
    // The mode can be turned on later, so the name stays reserved.
    const named = { client_id: 'tenant', name: 'App', redirect_uris: ['https://app.example.com/cb'] };
    expect((await plain.api('POST', '/clients', named)).status).toBe(400);
  });

  it(`creates API keys with the scope accounts.self:read ${withMode} only`, async () => {
    const key = { name: 'Key', scopes: ['accounts.self:read'] };
    expect((await plain.api('POST', '/keys', key)).status).toBe(400);
    expect((await docspace.api('POST', '/keys', key)).status).toBe(201);
  });

  it(`describes none of it in its API document ${withoutMode}`, async () => {
    const plainDocument = await (await get(plain, '/api/openapi.json')).text();
    const document = await (await get(docspace, '/api/openapi.json')).text();
    for (const word of [
      'xSignature',
      'x-signature',
      'Signatures',
      'EmptyFieldError',
      'accounts.self',
      'website_url',
      '"tenant"',
      '/api/2.0/oauth2/',
      '/api/2.0/security/',
      '@self',
    ]) {
      expect(plainDocument).not.toContain(word);
      expect(document).toContain(word);
    }
  });
});
