import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusedFieldCodes } from '../../../../test/kit/api-calls.js';
import { type Caller, type ClientsApiServer, minimal, startClientsApiServer } from './support.js';

let server: ClientsApiServer;
let developer: Caller;
beforeAll(async () => {
  server = await startClientsApiServer({ settings: { clientsPerDeveloper: 0 } });
  ({ developer } = server);
});
afterAll(() => server.stop());

const bases = ['/clients', '/oauth2/clients'] as const;

const portal = {
  name: 'My app',
  description: 'Keeps a diary\nof travels',
  website_url: 'https://app.example.com',
  terms_url: 'https://app.example.com/terms',
  policy_url: 'https://app.example.com/privacy',
  logout_redirect_uri: 'https://app.example.com/bye',
  redirect_uris: ['http://localhost:3000/callback'],
  allowed_origins: ['http://localhost:3000', 'https://app.example.com', 'claude://app'],
  scopes: ['files:read', 'rooms:write'],
  allow_pkce: true,
  is_public: false,
};

describe.each(bases)('the fields of the portal below %s', (base) => {
  it('are accepted and shown under the names of the portal and of the specifications', async () => {
    const response = await developer.call('POST', base, portal);
    expect(response.status).toBe(201);
    const { logout_redirect_uri: uri, ...same } = portal;
    const expected = {
      ...same,
      is_public: true,
      tenant: 1,
      logo: null,
      enabled: true,
      suspended: false,
      authentication_methods: ['client_secret_post', 'client_secret_basic', 'none'],
      logout_redirect_uris: [uri],
      post_logout_redirect_uris: [uri],
      client_uri: portal.website_url,
      tos_uri: portal.terms_url,
      policy_uri: portal.policy_url,
      created_by: developer.id,
      modified_by: developer.id,
    };
    const made = (await response.json()) as { client_id: string };
    expect(made).toMatchObject(expected);
    expect(await developer.show(made.client_id)).toMatchObject(expected);
  });

  it('are optional except the name and redirect URIs, and empty if left out', async () => {
    const response = await developer.call('POST', base, minimal);
    expect(await response.json()).toMatchObject({
      description: null,
      website_url: null,
      terms_url: null,
      policy_url: null,
      allowed_origins: [],
      logout_redirect_uris: [],
      allow_pkce: false,
    });
  });
});

it('changes the sent fields, and removes those that are null', async () => {
  const { client_id: id } = await developer.create(portal);
  const change = {
    description: null,
    website_url: null,
    logout_redirect_uris: null,
    allowed_origins: null,
    allow_pkce: null,
    terms_url: 'https://app.example.com/other-terms',
  };
  const response = await developer.call('PATCH', `/clients/${id}`, change);
  const changed = (await response.json()) as Record<string, unknown>;
  expect(changed).toMatchObject({
    description: null,
    website_url: null,
    logout_redirect_uris: [],
    allowed_origins: [],
    allow_pkce: false,
    terms_url: 'https://app.example.com/other-terms',
    tos_uri: 'https://app.example.com/other-terms',
    policy_url: portal.policy_url,
  });
  expect(changed).not.toHaveProperty('client_uri');
  expect(changed).not.toHaveProperty('post_logout_redirect_uris');
});

it('treats an empty description as none', async () => {
  expect(await developer.create({ description: ' ' })).toMatchObject({ description: null });
});

describe('two spellings of one field', () => {
  it.each([
    ['website_url', 'client_uri', 'https://a.example.com', 'https://b.example.com'],
    ['terms_url', 'tos_uri', 'https://a.example.com', 'https://b.example.com'],
    ['policy_url', 'policy_uri', 'https://a.example.com', 'https://b.example.com'],
    ['logout_redirect_uri', 'post_logout_redirect_uris', 'https://a.example.com', ['https://b.example.com']],
    ['logout_redirect_uris', 'logout_redirect_uri', ['https://a.example.com'], 'https://b.example.com'],
  ])('%s and %s are refused with different values', async (one, other, a, b) => {
    const response = await developer.call('POST', '/clients', { ...minimal, [one]: a, [other]: b });
    expect(response.status).toBe(400);
    expect(await refusedFieldCodes(response)).toEqual({ [one]: 'ErrorWrongURL' });
    const { client_id: id } = await developer.create();
    expect((await developer.call('PUT', `/clients/${id}`, { [one]: a, [other]: b })).status).toBe(400);
  });

  it('may have the same value', async () => {
    const uri = 'https://a.example.com/';
    expect(await developer.create({ website_url: uri, client_uri: uri })).toMatchObject({ website_url: uri });
  });

  it.each([
    ['website_url', 'https://new.example.com/'],
    ['client_uri', 'https://new.example.com/'],
    ['logout_redirect_uris', ['https://new.example.com/']],
    ['post_logout_redirect_uris', ['https://new.example.com/']],
    ['client_uri', null],
    ['website_url', null],
    ['logout_redirect_uris', []],
  ])('a response may be sent back with %s alone changed to %j', async (name, value) => {
    const { client_id: id } = await developer.create(portal);
    const changed = { ...(await developer.show(id)), [name]: value };
    const response = await developer.call('PUT', `/clients/${id}`, changed);
    expect(response.status).toBe(200);
    const shown = name.includes('logout') ? 'logout_redirect_uris' : 'website_url';
    expect(await response.json()).toMatchObject({ [shown]: value });
  });

  it('a response without any of them may be sent back with one of them added', async () => {
    for (const name of ['website_url', 'client_uri']) {
      const { client_id: id } = await developer.create();
      const changed = { ...(await developer.show(id)), [name]: 'https://new.example.com/' };
      const response = await developer.call('PUT', `/clients/${id}`, changed);
      expect(await response.json()).toMatchObject({ website_url: 'https://new.example.com/' });
    }
  });
});

describe('addresses of pages', () => {
  it.each([
    ['example.com', 'https://example.com'],
    ['app.example.com:8443/x?y=z', 'https://app.example.com:8443/x?y=z'],
    ['192.0.2.1/terms', 'https://192.0.2.1/terms'],
    ['http://example.com/x', 'http://example.com/x'],
    ['http://localhost:3000', 'http://localhost:3000'],
  ])('may be %s, which is stored as %s', async (sent, kept) => {
    const made = await developer.create({ website_url: sent, terms_url: sent, policy_url: sent });
    expect(made).toMatchObject({ website_url: kept, terms_url: kept, policy_url: kept });
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//example.com',
    'localhost',
    'https://user:password@example.com',
    'user@example.com',
    'exa mple.com',
    'https://example.com/\u0000',
    'https://example.com/\ud800',
    `example.com/${'a'.repeat(2048)}`,
    `https://example.com/${'a'.repeat(2048 - 'https://example.com/'.length + 1)}`,
    42,
    ['https://example.com'],
  ])('may not be %j', async (sent) => {
    for (const name of ['website_url', 'terms_url', 'policy_url', 'logout_redirect_uri']) {
      const response = await developer.call('POST', '/clients', { ...minimal, [name]: sent });
      expect(response.status).toBe(400);
      expect(await refusedFieldCodes(response)).toEqual({ [name]: 'ErrorWrongURL' });
    }
  });
});

describe('allowed origins', () => {
  it.each([
    ['https://app.example.com/', 'https://app.example.com'],
    ['HTTPS://APP.example.com:443', 'https://app.example.com'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['claude://App', 'claude://app'],
  ])('%s is stored as browsers send it: %s', async (sent, kept) => {
    expect(await developer.create({ allowed_origins: [sent] })).toMatchObject({ allowed_origins: [kept] });
  });

  it.each([
    '*',
    'null',
    'https://*.example.com',
    'https://app.example.com/path',
    'https://app.example.com?query',
    'https://app.example.com#fragment',
    'https://user@app.example.com',
    'https://app.example.com:99999',
    'https://',
    'claude://',
    'ftp://app.example.com',
    'app.example.com',
    'https://app.example.com\\@evil.example',
    'https://app.example.com\u0000',
    'https://\ud800',
    '',
  ])('may not be %j', async (origin) => {
    const response = await developer.call('POST', '/clients', { ...minimal, allowed_origins: [origin] });
    expect(response.status).toBe(400);
    expect(Object.keys(await refusedFieldCodes(response))).toEqual(['allowed_origins.0']);
  });

  it('are at most 12, each once', async () => {
    const origins = Array.from({ length: 13 }, (_, index) => `https://app${index}.example.com`);
    for (const allowed_origins of [origins, ['https://a.example.com', 'https://A.example.com/']]) {
      const response = await developer.call('POST', '/clients', { ...minimal, allowed_origins });
      expect(await refusedFieldCodes(response)).toEqual({ allowed_origins: 'ErrorWrongURL' });
    }
    expect((await developer.create({ allowed_origins: origins.slice(1) })).allowed_origins).toHaveLength(12);
  });
});

describe('a description', () => {
  it.each(['a'.repeat(256), 'null\u0000byte', 'half \ud800 character', 7, {}])(
    'may not be %j',
    async (description) => {
      const response = await developer.call('POST', '/clients', { ...minimal, description });
      expect(await refusedFieldCodes(response)).toEqual({ description: 'ErrorPattern' });
    },
  );
});

describe('allow_pkce', () => {
  it('is refused for apps that authenticate with signatures', async () => {
    for (const method of ['client_secret_jwt', 'private_key_jwt']) {
      const response = await developer.call('POST', '/clients', {
        ...minimal,
        jwks_uri: 'https://app.example.com/jwks',
        token_endpoint_auth_method: method,
        allow_pkce: true,
      });
      expect(await refusedFieldCodes(response)).toEqual({ allow_pkce: 'ErrorPattern' });
    }
  });

  it('sets the authentication methods', async () => {
    const methodsOf = async (fields: Record<string, unknown>) =>
      (await developer.create(fields)).authentication_methods;
    expect(await methodsOf({ token_endpoint_auth_method: 'none' })).toEqual(['none']);
    expect(await methodsOf({ token_endpoint_auth_method: 'client_secret_post' })).toEqual([
      'client_secret_post',
    ]);
    expect(await methodsOf({ token_endpoint_auth_method: 'client_secret_jwt' })).toEqual([
      'client_secret_jwt',
    ]);
    expect(await methodsOf({ token_endpoint_auth_method: 'client_secret_post', allow_pkce: true })).toEqual([
      'client_secret_post',
      'none',
    ]);
  });
});

it('apps that register themselves cannot set them (RFC 7591 §2)', async () => {
  const open = await startClientsApiServer({ settings: { registration: 'open' } });
  try {
    const register = (fields: Record<string, unknown>) =>
      fetch(`${open.grantor.issuer}/oauth2/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: minimal.redirect_uris, client_name: 'Itself', ...fields }),
      });
    const response = await register({
      description: 'd',
      allowed_origins: ['https://evil.example'],
      allow_pkce: true,
      website_url: 'https://evil.example',
      enabled: true,
    });
    const { client_id: id } = (await response.json()) as { client_id: string };
    expect(await open.administrator.show(id)).toMatchObject({
      description: null,
      allowed_origins: [],
      allow_pkce: false,
      website_url: null,
      created_by: null,
    });
  } finally {
    await open.grantor.stop();
  }
});
