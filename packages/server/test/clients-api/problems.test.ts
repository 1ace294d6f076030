import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusedFieldCodes } from '../../../../test/kit/api-calls.js';
import { type ClientsApiServer, minimal, startClientsApiServer } from './support.js';

let server: ClientsApiServer;
beforeAll(async () => {
  server = await startClientsApiServer();
});
afterAll(() => server.stop());

const create = (body: unknown, headers?: Record<string, string>) =>
  server.administrator.call('POST', '/clients', body, headers);

describe('invalid parameters have the error codes of the contract', () => {
  it.each([
    ['EmptyFieldError', 'limit', '/clients/info'],
    ['EmptyFieldError', 'limit', '/clients/info?limit='],
    ['ErrorPattern', 'limit', '/clients?limit=many'],
    ['ErrorPattern', 'limit', '/clients?limit=51'],
    ['ErrorPattern', 'last_created_on', '/clients?last_client_id=x&last_created_on=yesterday'],
    ['ErrorPattern', 'last_client_id', '/clients?last_client_id=%00&last_created_on=2026-01-31T12:00:00Z'],
    ['ErrorPattern', 'last_created_on', '/clients?last_client_id=x&last_created_on=2026-01-31T12:00:00%2B9'],
  ])('%s for %s: %s', async (code, field, path) => {
    const response = await server.administrator.call('GET', path);
    expect(response.status).toBe(400);
    expect(await refusedFieldCodes(response)).toEqual({ [field]: code });
  });
});

describe('invalid fields have the error codes of the contract', () => {
  it.each([
    ['EmptyFieldError', 'name', undefined],
    ['EmptyFieldError', 'name', null],
    ['EmptyFieldError', 'name', ''],
    ['EmptyFieldError', 'name', '   '],
    ['EmptyFieldError', 'redirect_uris', undefined],
    ['EmptyFieldError', 'redirect_uris', null],
    ['EmptyFieldError', 'redirect_uris', []],
    ['EmptyFieldError', 'grant_types', []],
    ['EmptyFieldError', 'website_url', ''],
    ['ErrorName', 'name', 'x'.repeat(257)],
    ['ErrorName', 'name', 'null\u0000byte'],
    ['ErrorName', 'name', 7],
    ['ErrorWrongURL', 'website_url', 'not a url'],
    ['ErrorWrongURL', 'terms_url', 'not a url'],
    ['ErrorWrongURL', 'policy_url', 'not a url'],
    ['ErrorWrongURL', 'logout_redirect_uri', 'not a url'],
    ['ErrorWrongURL', 'logout_redirect_uris', ['not a url']],
    ['ErrorWrongURL', 'redirect_uris', ['not a url']],
    ['ErrorWrongURL', 'redirect_uris', 'https://app.example.com'],
    ['ErrorWrongURL', 'allowed_origins', ['not an origin']],
    ['ErrorWrongURL', 'client_uri', 'not a url'],
    ['ErrorPattern', 'logo', 'data:text/html;base64,AAAA'],
    ['ErrorPattern', 'description', 'x'.repeat(256)],
    ['ErrorPattern', 'allow_pkce', 'yes'],
    ['ErrorPattern', 'is_public', 'yes'],
    ['ErrorPattern', 'public', 'yes'],
    ['ErrorPattern', 'token_endpoint_auth_method', 'password'],
    ['ErrorPattern', 'client_id', 'with space'],
    ['ErrorPattern', 'colour', 'red'],
    ['ErrorPattern', 'constructor', 'x'],
    ['ErrorPattern', 'to_string', 'x'],
    ['ErrorInvalidScope', 'scopes', ['made:up']],
    ['ErrorInvalidScope', 'scopes', 'files:read'],
  ])('%s for %s: %j', async (code, field, value) => {
    const response = await create({ ...minimal, [field]: value });
    expect(response.status).toBe(400);
    const text = await response.clone().text();
    const refused = await refusedFieldCodes(response);
    expect(Object.entries(refused).map(([name, each]) => [name.split('.')[0], each])).toEqual([
      [field, code],
    ]);
    // Errors never repeat what was sent.
    const sent = [value].flat().filter((each): each is string => typeof each === 'string' && each.length > 4);
    for (const each of sent) expect(text).not.toContain(each);
  });

  it('with all invalid fields together', async () => {
    const refused = await refusedFieldCodes(
      await create({ name: '', website_url: 'x', scopes: ['made:up'], logo: 'x', redirect_uris: ['x'] }),
    );
    expect(refused).toMatchObject({
      name: 'EmptyFieldError',
      website_url: 'ErrorWrongURL',
      logo: 'ErrorPattern',
      'redirect_uris.0': 'ErrorWrongURL',
    });
  });
});

describe('a body that is not a JSON object', () => {
  it.each([
    ['nothing', ''],
    ['cut off', '{"name":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a word', 'name'],
    ['followed by another', '{}{}'],
    ['a deep hole', '['.repeat(30_000)],
  ])('is refused: %s', async (_, body) => {
    expect((await create(body)).status).toBe(400);
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json; charset=utf-8', 201],
  ])('as %s gets status %i', async (type, status) => {
    expect((await create(JSON.stringify(minimal), { 'content-type': type })).status).toBe(status);
  });

  it('is refused if it is too large or not UTF-8', async () => {
    expect((await create({ ...minimal, name: 'x'.repeat(5_000_000) })).status).toBe(413);
    const response = await fetch(`${server.grantor.issuer}/api/2.0/clients`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.grantor.apiKey}`, 'content-type': 'application/json' },
      body: Buffer.from([0x7b, 0xff, 0x7d]),
    });
    expect(response.status).toBe(400);
  });

  it.each([
    '{"name":"a","name":"b"}',
    '{"name":"a","na\\u006de":"b"}',
    '{"name":"a","compatibility":{"x":true,"x":false}}',
    '{"name":"a","jwks":{"keys":[{"kty":"EC"},{"kty":"EC","kty":"oct"}]}}',
    '{"__proto__":1,"__proto__":2}',
  ])('is refused if it repeats a field on any level: %s', async (body) => {
    const response = await create(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      detail: 'The body has the same field twice. Send each field once',
    });
  });

  it('may have the same name in two objects, and JSON syntax in its strings', async () => {
    const name = String.raw`"name": "\\", {[:,]} \"name\"`;
    const made = await create({ ...minimal, name, description: 'name' });
    expect(await made.json()).toMatchObject({ name, description: 'name' });
  });

  it('cannot set the prototype of an object', async () => {
    const response = await create('{"__proto__":{"name":"a","redirect_uris":["https://a.example.com"]}}');
    expect(response.status).toBe(400);
    expect(await refusedFieldCodes(response)).toMatchObject({ name: 'EmptyFieldError' });
  });
});

describe('the body of an activation', () => {
  it.each([
    {},
    { status: 'yes' },
    { status: 1 },
    { status: null },
    { enabled: true },
    { status: true, more: 1 },
  ])('may not be %j', async (body) => {
    const { client_id: id } = await server.developer.create();
    expect((await server.developer.call('PATCH', `/clients/${id}/activation`, body)).status).toBe(400);
    expect(await server.developer.show(id)).toMatchObject({ enabled: true });
  });
});
