import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, refusedFields } from '../../../../test/kit/api-calls.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

type ClientDocument = Record<string, unknown> & { readonly id: string };

/** The fields that a problem document of status 400 refuses. */
async function expectRefusedFields(response: Response, fields: readonly string[]): Promise<void> {
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await response.clone().json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ title: 'Bad Request', status: 400, detail: 'Validation failed' });
  expect((await refusedFields(response)).toSorted()).toEqual(fields.toSorted());
}

describe.each(databases)('the clients API on %s', (database) => {
  let grantor: TestServer;
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
  });
  afterAll(() => grantor.stop());

  const create = (body: Record<string, unknown>) =>
    bodyOf<ClientDocument>(grantor.api('POST', '/clients', body), 201);
  const show = (id: string) => bodyOf<ClientDocument>(grantor.api('GET', `/clients/${id}`));
  const minimal = { name: 'My app', redirectUris: ['https://myapp.example.com/callback'] };

  it('creates from a name and redirect URIs, with safe defaults and every compatibility setting off', async () => {
    const created = await create(minimal);
    expect(created).toEqual({
      id: created.id,
      client_id: created.id,
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
      name: 'My app',
      description: null,
      website_url: null,
      terms_url: null,
      policy_url: null,
      logo: null,
      tenant: 1,
      authentication_methods: ['client_secret_post', 'client_secret_basic'],
      redirect_uris: ['https://myapp.example.com/callback'],
      allowed_origins: [],
      logout_redirect_uris: [],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scopes: ['openid', 'profile', 'email'],
      pending_scopes: [],
      allow_pkce: false,
      publisher: null,
      optional_scopes: [],
      verified: false,
      id_token_claims: 'standard',
      is_public: true,
      token_endpoint_auth_method: 'client_secret_basic',
      access_token_format: 'jwt',
      id_token_signed_response_alg: 'RS256',
      audience: null,
      compatibility: {
        allow_code_without_pkce: false,
        allow_omitted_redirect_uri_with_openid: false,
        allow_omitted_redirect_uri_at_token: false,
        allow_hybrid_code_in_query: false,
        allow_introspection_without_credentials: false,
        allow_remembered_consent_at_https: false,
      },
      enabled: true,
      suspended: false,
      created_on: new Date(now * 1000).toISOString(),
      created_by: 'configured',
      modified_by: 'configured',
      modified_on: new Date(now * 1000).toISOString(),
    });
  });

  it('accepts camelCase and snake_case', async () => {
    const camel = await create({
      ...minimal,
      grantTypes: ['authorization_code'],
      accessTokenFormat: 'opaque',
    });
    const snake = await create({
      name: minimal.name,
      redirect_uris: minimal.redirectUris,
      grant_types: ['authorization_code'],
      access_token_format: 'opaque',
    });
    const { id: _a, client_id: _b, client_secret: _c, ...fromCamel } = camel;
    expect(snake).toMatchObject(fromCamel);
  });

  it('refuses one field in both spellings', async () => {
    const response = await grantor.api('POST', '/clients', {
      ...minimal,
      redirect_uris: minimal.redirectUris,
    });
    await expectRefusedFields(response, ['redirect_uris']);
  });

  it('shows the secret at creation and never again', async () => {
    const created = await create(minimal);
    const secret = String(created.client_secret);
    const responses = [
      await grantor.api('GET', `/clients/${created.id}`),
      await grantor.api('GET', '/clients'),
      await grantor.api('PUT', `/clients/${created.id}`, { name: 'Renamed' }),
    ];
    for (const answer of responses) {
      expect(answer.status).toBe(200);
      const text = await answer.text();
      expect(text).toContain(created.id);
      expect(text).not.toContain(secret);
      expect(text).not.toContain('client_secret"');
    }
  });

  it('gives a public client no secret', async () => {
    const created = await create({ ...minimal, token_endpoint_auth_method: 'none' });
    expect(created).not.toHaveProperty('client_secret');
  });

  it('accepts a chosen client_id, once', async () => {
    const id = `web-app-${database}`;
    expect(await create({ ...minimal, client_id: id })).toMatchObject({ id, client_id: id });
    const response = await grantor.api('POST', '/clients', { ...minimal, client_id: id });
    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({
      type: `${grantor.issuer}/api/docs`,
      title: 'Conflict',
      status: 409,
      detail: 'client_id is taken: send another one, or leave it out',
      instance: '/api/2.0/clients',
      errors: [{ field: 'client_id', code: 'ErrorPattern', message: 'is taken' }],
    });
  });

  it('PUT changes the sent fields, keeps the others and sets modified_on', async () => {
    const { client_secret: _, ...created } = await create({ ...minimal, scopes: ['openid', 'files:read'] });
    now += 10;
    const response = await grantor.api('PUT', `/clients/${created.id}`, {
      redirectUris: ['https://myapp.example.com/callback2'],
    });
    const expected = {
      ...created,
      redirect_uris: ['https://myapp.example.com/callback2'],
      modified_on: new Date(now * 1000).toISOString(),
    };
    expect(await response.json()).toEqual(expected);
    expect(await show(created.id)).toEqual(expected);
  });

  it('PUT accepts the response of GET, which changes only modified_on', async () => {
    const { client_secret: _, ...created } = await create({
      ...minimal,
      audience: 'https://api.example.com',
      compatibility: { allow_omitted_redirect_uri_at_token: true },
    });
    now += 10;
    const response = await grantor.api('PUT', `/clients/${created.id}`, await show(created.id));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ...created, modified_on: new Date(now * 1000).toISOString() });
  });

  it('PUT replaces compatibility as a whole: settings that are left out are off', async () => {
    const { id } = await create({
      ...minimal,
      compatibility: { allow_omitted_redirect_uri_at_token: true },
    });
    await grantor.api('PUT', `/clients/${id}`, { compatibility: { allow_hybrid_code_in_query: true } });
    expect((await show(id)).compatibility).toMatchObject({
      allow_omitted_redirect_uri_at_token: false,
      allow_hybrid_code_in_query: true,
    });
  });

  it('refuses allow_code_without_pkce by name for a client with credentials, where it has no effect', async () => {
    const setting = { compatibility: { allow_code_without_pkce: true } };
    const { id } = await create(minimal);
    const publicClient = { ...minimal, token_endpoint_auth_method: 'none' };
    for (const refused of [
      await grantor.api('POST', '/clients', { ...minimal, ...setting }),
      await grantor.api('PATCH', `/clients/${id}`, setting),
    ]) {
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({
        errors: [
          {
            field: 'compatibility.allow_code_without_pkce',
            message: expect.stringContaining('has no effect for an app with credentials'),
          },
        ],
      });
    }
    expect((await create({ ...publicClient, ...setting })).compatibility).toMatchObject(
      setting.compatibility,
    );
  });

  it('keeps a setting without effect that was registered before, so that the client can still be changed', async () => {
    const { id } = await create(minimal);
    await grantor.server.store.clients.update(id, {
      compatibility: ['allow_code_without_pkce'],
      updatedAt: now,
    });
    expect((await grantor.api('PATCH', `/clients/${id}`, { name: 'Renamed' })).status).toBe(200);
  });

  it('PUT cannot make a confidential client public, nor the other way round', async () => {
    const confidential = await create(minimal);
    const open = await create({ ...minimal, token_endpoint_auth_method: 'none' });
    const changes = [
      [confidential.id, 'none'],
      [open.id, 'client_secret_basic'],
    ] as const;
    for (const [id, method] of changes) {
      const response = await grantor.api('PUT', `/clients/${id}`, { token_endpoint_auth_method: method });
      await expectRefusedFields(response, ['token_endpoint_auth_method']);
    }
    const kept = await grantor.api('PUT', `/clients/${confidential.id}`, {
      token_endpoint_auth_method: 'client_secret_post',
    });
    expect(kept.status).toBe(200);
  });

  it('DELETE responds with 200 without a body, and then with 404', async () => {
    const { id } = await create(minimal);
    const response = await grantor.api('DELETE', `/clients/${id}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const gone = await grantor.api(method, `/clients/${id}`, method === 'PUT' ? { name: 'x' } : undefined);
      expect(gone.status).toBe(404);
      expect(await gone.json()).toMatchObject({ title: 'Not Found', status: 404 });
    }
  });

  it('DELETE ends everything that was granted to the client', async () => {
    const app = await registerApp(grantor, { access_token_format: 'opaque' });
    const jwtApp = await registerApp(grantor);
    const [opaque, jwt] = [await app.tokens(), await jwtApp.tokens()];
    await grantor.api('DELETE', `/clients/${app.id}`);
    await grantor.api('DELETE', `/clients/${jwtApp.id}`);
    expect((await app.userinfo(opaque.access_token)).status).toBe(401);
    expect((await jwtApp.userinfo(jwt.access_token)).status).toBe(401);
    expect((await app.refresh(opaque.refresh_token)).status).toBe(401);
  });

  it('names every invalid field', async () => {
    const response = await grantor.api('POST', '/clients', {
      name: '',
      redirectUris: ['https://ok.example.com', 'http://plain.example.com', 'https://x.example.com/#fragment'],
      grantTypes: ['password'],
      compatibility: { allow_everything: true },
      colour: 'red',
    });
    await expectRefusedFields(response, [
      'name',
      'redirect_uris.1',
      'redirect_uris.2',
      'grant_types.0',
      'compatibility.allow_everything',
      'colour',
    ]);
  });

  it('names the missing fields', async () => {
    await expectRefusedFields(await grantor.api('POST', '/clients', {}), ['name', 'redirect_uris']);
  });

  it.each([
    ['no key', undefined, 'Bearer realm="Grantor API"'],
    [
      'an unknown key',
      'Bearer some-other-key-of-some-length',
      'Bearer realm="Grantor API", error="invalid_token"',
    ],
    ['another scheme', 'Basic dXNlcjpwYXNz', 'Bearer realm="Grantor API"'],
  ])('responds with 401 to %s on every path (RFC 6750 §3)', async (_, authorization, challenge) => {
    const headers = {
      'content-type': 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
    };
    for (const [method, path] of [
      ['GET', '/clients'],
      ['POST', '/clients'],
      ['GET', '/clients/unknown'],
      ['PUT', '/clients/unknown'],
      ['DELETE', '/clients/unknown'],
    ] as const) {
      const response = await fetch(`${grantor.issuer}/api/2.0${path}`, {
        method,
        headers,
        ...(method === 'POST' || method === 'PUT' ? { body: '{}' } : {}),
      });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe(challenge);
    }
  });

  it('lists clients in pages, newest first, each once', async () => {
    const own = await startServer({ database, clock: () => now });
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      // Two in each second, so that a page may end between clients of the same age.
      if (index % 2 === 0) now += 1;
      ids.push((await own.register(minimal)).client_id);
    }
    const seen: string[] = [];
    const times: string[] = [];
    let query = '?limit=3';
    for (let pages = 1; ; pages += 1) {
      const page = (await (await own.api('GET', `/clients${query}`)).json()) as {
        data: { id: string; created_on: string }[];
        limit: number;
        last_client_id: string | null;
        last_created_on: string | null;
      };
      expect(page.limit).toBe(3);
      seen.push(...page.data.map(({ id }) => id));
      times.push(...page.data.map(({ created_on: time }) => time));
      if (page.last_client_id === null || page.last_created_on === null) {
        expect(page.last_created_on).toBeNull();
        expect(pages).toBe(3);
        break;
      }
      query = `?limit=3&last_client_id=${page.last_client_id}&last_created_on=${page.last_created_on}`;
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(new Set(ids));
    expect(times).toEqual(times.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
    await own.stop();
  });

  it.each([
    'limit=0',
    'limit=51',
    'limit=x',
    'last_client_id=a',
    'last_created_on=yesterday&last_client_id=a',
  ])('refuses a list with %s', async (query) => {
    expect((await grantor.api('GET', `/clients?${query}`)).status).toBe(400);
  });
});
