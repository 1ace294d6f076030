import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import { expectProblem } from './support/refusals.js';
import { redirectUri } from './support/requests.js';
import { type Sending, send } from './support/send.js';

const path = '/api/2.0/clients';

describe.each(databases)('the management API on %s', (database) => {
  let server: AttackedServer;
  beforeAll(async () => {
    server = await startAttackedServer({ database });
  });
  afterAll(() => server.stop());

  const call = (method: string, address: string, sending: Sending = {}) =>
    send(server.issuer, address, {
      method,
      ...sending,
      headers: {
        authorization: `Bearer ${server.grantor.apiKey}`,
        'content-type': 'application/json',
        ...sending.headers,
      },
    });
  const create = (body: string) => call('POST', path, { body });
  const good = { name: 'An app', redirectUris: [redirectUri] };

  it.each([
    ['nothing', {}],
    ['no scheme', { authorization: 'test-key-with-more-than-20-characters' }],
    ['another scheme', { authorization: 'Basic dGVzdDp0ZXN0' }],
    ['no key', { authorization: 'Bearer ' }],
    ['a wrong key', { authorization: 'Bearer wrong-key-with-more-than-20-characters' }],
    ['the key cut short', { authorization: 'Bearer test-key-with-more-than-20-character' }],
    ['the key and more', { authorization: 'Bearer test-key-with-more-than-20-characters2' }],
    ['a key beyond ASCII', { authorization: 'Bearer é' }],
    ['15,000 characters', { authorization: `Bearer ${'a'.repeat(15_000)}` }],
  ])('refuses %s in place of an API key', async (_what, headers) => {
    for (const [method, address] of [
      ['GET', path],
      ['POST', path],
      ['GET', `${path}/a`],
      ['PUT', `${path}/a`],
      ['DELETE', `${path}/${server.app.client_id}`],
    ] as const) {
      const reply = await send(server.issuer, address, { method, headers });
      expectProblem(reply, { status: 401, names: 'API key' });
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
    }
    expect((await call('GET', `${path}/${server.app.client_id}`)).status).toBe(200);
  });

  it('refuses an access token for another audience (RFC 6750 §3.1)', async () => {
    const { access_token } = await server.tokens(server.app);
    const reply = await send(server.issuer, path, { headers: { authorization: `Bearer ${access_token}` } });
    expectProblem(reply, { status: 403, names: 'grantor.clients:read' });
  });

  it.each([
    ['nothing', ''],
    ['unfinished', '{"name":"a"'],
    ['an array', '[]'],
    ['an array of apps', JSON.stringify([good])],
    ['a string', '"a"'],
    ['a number', '1'],
    ['null', 'null'],
    ['a form', 'name=a'],
    ['nested deeply', '['.repeat(60_000)],
  ])('refuses a body that is %s', async (_what, body) => {
    expectProblem(await create(body), { status: 400, names: 'JSON' });
    expectProblem(await call('PUT', `${path}/${server.app.client_id}`, { body }), {
      status: 400,
      names: 'JSON',
    });
  });

  it.each([
    ['text/plain', 415, 'application/json'],
    ['application/x-www-form-urlencoded', 415, 'application/json'],
    ['', 415, 'application/json'],
  ])('refuses a body of type "%s"', async (type, status, names) => {
    const reply = await call('POST', path, { headers: { 'content-type': type }, body: JSON.stringify(good) });
    expectProblem(reply, { status, names });
  });

  it('refuses a body that is too large, or not UTF-8', async () => {
    expectProblem(await create(JSON.stringify({ ...good, name: 'a'.repeat(600_000) })), {
      status: 413,
      names: '524288',
    });
    expectProblem(await call('POST', path, { body: Uint8Array.of(0x7b, 0xff) }), {
      status: 400,
      names: 'UTF-8',
    });
  });

  const fields: readonly (readonly [string, string, string])[] = [
    ...['1', 'true', 'null', '[]', '{}', '["a"]', '""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\ud800"'].map(
      (value) => ['name', `"name":${value},"redirectUris":["${redirectUri}"]`, 'name'] as const,
    ),
    ['name', `"name":"${'a'.repeat(257)}","redirectUris":["${redirectUri}"]`, 'name'],
    ['name', `"redirectUris":["${redirectUri}"]`, 'name'],
    ...[
      '1',
      '"a"',
      'null',
      '{}',
      '[]',
      `"${redirectUri}"`,
      '[[]]',
      '[1]',
      '[null]',
      `{"0":"${redirectUri}","length":1}`,
    ].map((value) => ['redirect_uris', `"name":"a","redirectUris":${value}`, 'redirect_uris'] as const),
    ['redirect_uris', '"name":"a"', 'redirect_uris'],
    [
      'redirect_uris',
      `"name":"a","redirectUris":["${redirectUri}"],"redirect_uris":["${redirectUri}"]`,
      'redirect_uris',
    ],
    ...[
      ['grantTypes', '"authorization_code"', 'grant_types'],
      ['grantTypes', '[]', 'grant_types'],
      ['grantTypes', '["client_credentials"],"token_endpoint_auth_method":"none"', 'grant_types'],
      ['resources', '["/relative"]', 'resources'],
      ['resources', '"https://api.example.com"', 'resources'],
      ['protectedResources', '["https://api.example.com/#part"]', 'protected_resources'],
      ['protectedResources', '[1]', 'protected_resources'],
      ['grantTypes', '["refresh_token"]', 'grant_types'],
      ['grantTypes', '["authorization_code","authorization_code"]', 'grant_types'],
      ['grantTypes', '["authorization_code","__proto__"]', 'grant_types'],
      ['responseTypes', '["token"]', 'response_types'],
      ['responseTypes', '["toString"]', 'response_types'],
      ['scopes', '["nonsense"]', 'scopes'],
      ['scopes', '"openid"', 'scopes'],
      ['scopes', '["openid profile"]', 'scopes'],
      ['scopes', '["\\u0000"]', 'scopes'],
      ['tokenEndpointAuthMethod', '"private_key_jwt"', 'token_endpoint_auth_method'],
      ['tokenEndpointAuthMethod', 'null', 'token_endpoint_auth_method'],
      ['accessTokenFormat', '"JWT"', 'access_token_format'],
      ['idTokenSignedResponseAlg', '"none"', 'id_token_signed_response_alg'],
      ['idTokenSignedResponseAlg', '"HS256"', 'id_token_signed_response_alg'],
      ['audience', '1', 'audience'],
      ['audience', '"a\\u0000"', 'audience'],
      ['compatibility', '"allow_code_without_pkce"', 'compatibility'],
      ['compatibility', '{"allow_everything":true}', 'compatibility.allow_everything'],
      ['compatibility', '{"allow_code_without_pkce":1}', 'compatibility'],
      ['compatibility', '{"constructor":true}', 'compatibility.constructor'],
      ['clientId', '"a/b"', 'client_id'],
      ['clientId', '""', 'client_id'],
      ['clientId', '"a\\u0000"', 'client_id'],
      ['clientId', `"${'a'.repeat(129)}"`, 'client_id'],
      ['clientSecret', '"chosen"', 'client_secret'],
      ['secretHash', '"chosen"', 'secret_hash'],
      ['enabled', 'true', 'enabled'],
      ['unknown', '1', 'unknown'],
      ['constructor', '1', 'constructor'],
    ].map(
      ([name = '', value = '', field = '']) =>
        [field, `"name":"a","redirectUris":["${redirectUri}"],"${name}":${value}`, field] as const,
    ),
  ];
  it.each(fields)('names the field %s when it refuses {%s}', async (field, members) => {
    const reply = await create(`{${members}}`);
    expectProblem(reply, { status: 400, names: 'Validation failed' });
    const { errors } = JSON.parse(reply.body) as { errors: { field: string }[] };
    expect(errors.map((error) => error.field)).toContainEqual(expect.stringMatching(new RegExp(`^${field}`)));
  });

  it('does not let a body change a prototype', async () => {
    const reply = await create(
      `{"__proto__":{"polluted":true},"name":"a","redirectUris":["${redirectUri}"],"compatibility":{"__proto__":{"allow_code_without_pkce":true}}}`,
    );
    expect(reply.status).toBeLessThan(500);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    if (reply.status === 201) {
      expect(JSON.parse(reply.body)).toMatchObject({ compatibility: { allow_code_without_pkce: false } });
    }
  });

  it.each([
    ['nobody'],
    ['%00'],
    ['%FF'],
    ['%ED%A0%80'],
    ['a%2Fb'],
    ['..%2f..'],
    ['__proto__'],
    ["'%20OR%201=1--"],
    ['%25'],
    ['a'.repeat(5000)],
  ])('has no app with the ID %s', async (id) => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const reply = await call(method, `${path}/${id}`, { body: '{"name":"b"}' });
      expectProblem(reply, { status: 404, names: 'There is no ' });
    }
  });

  it.each([
    ['limit=0'],
    ['limit=51'],
    ['limit=-1'],
    ['limit=1.5'],
    ['limit=many'],
    ['limit=1e99'],
    ['limit=%00'],
    ['last_client_id=a'],
    ['last_created_on=2026-01-01T00:00:00Z'],
    ['last_client_id=a&last_created_on=yesterday'],
    ['last_client_id=a&last_created_on=2026-13-01T00:00:00Z'],
    ["last_client_id=a&last_created_on='%20OR%201=1--"],
    ['last_client_id=%00&last_created_on=2026-01-01T00:00:00Z'],
    ['last_client_id=a%00b&last_created_on=2026-01-01T00:00:00Z'],
    ['last_client_id=%FF&last_created_on=2026-01-01T00:00:00Z'],
    [`last_client_id=${'a'.repeat(129)}&last_created_on=2026-01-01T00:00:00Z`],
  ])('refuses the list ?%s', async (query) => {
    expectProblem(await call('GET', `${path}?${query}`), {
      status: 400,
      names: query.startsWith('limit') ? 'limit' : 'last_c',
    });
  });

  it.each([
    ['last_client_id=a&last_created_on=0001-01-01T00:00:00Z'],
    ['last_client_id=a&last_created_on=9999-12-31T23:59:59Z'],
    ['last_client_id=a&last_created_on=9999-12-31T23:59:59.999-23:59'],
  ])('lists the items after %s', async (query) => {
    expect((await call('GET', `${path}?${query}`)).status).toBe(200);
  });

  it('stores text unchanged, with all allowed characters', async () => {
    const name = `O'Reilly "&" <b> \\ % _ ; -- ☃ 𝄞 \u2028 é`;
    const created = JSON.parse((await create(JSON.stringify({ ...good, name }))).body) as { id: string };
    const shown = await call('GET', `${path}/${created.id}`);
    expect(JSON.parse(shown.body)).toMatchObject({ name });
  });
});
