import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ParameterName, parameterTable } from '../../src/protocol/index.js';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import { malformedForms } from './support/malformed.js';
import { expectErrorPage, expectErrorRedirect, expectPage, type Refusal } from './support/refusals.js';
import { authorizationRequest, pkce, redirectUri } from './support/requests.js';
import { encodeForm, follow, postForm, type Reply, send } from './support/send.js';

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer();
});
afterAll(() => server.stop());

const path = '/oauth2/authorize';

/** The same request both ways (OpenID Connect Core 1.0 §3.1.2.1). */
const ways: readonly (readonly [string, (query: string) => Promise<Reply>])[] = [
  ['GET', (query) => send(server.issuer, `${path}?${query}`)],
  ['POST', (query) => postForm(server.issuer, path, query)],
];

/** A request that is as it should be but for these values, which go out as they are. */
const but = (encoded: Readonly<Record<string, string | undefined>>) =>
  encodeForm({ ...authorizationRequest(server.app), nonce: 'the nonce', ...pkce }, encoded);

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Shapes that the `claims` parameter cannot have. */
const claimsRefused = [
  'a',
  '{',
  '{}{}',
  'null',
  'true',
  '1e999',
  '"userinfo"',
  '[]',
  '{"userinfo":null}',
  '{"userinfo":[]}',
  '{"id_token":"email"}',
  '{"id_token":7}',
  '{"userinfo":{"email":true}}',
  '{"userinfo":{"email":"a"}}',
  '{"userinfo":{"email":[]}}',
  '{"userinfo":{"__proto__":7}}',
  '{"id_token":{"email":{"essential":"true"}}}',
  '{"id_token":{"email":{"essential":null}}}',
  '{"id_token":{"acr":{"values":"a"}}}',
  '{"id_token":{"acr":{"values":{"length":1}}}}',
  nested(4000),
  `{"userinfo":${'{"a":'.repeat(1300)}`,
];

const expectRedirect = (reply: Reply, refusal: Refusal, state: string | null = 'the state') =>
  expectErrorRedirect(reply, refusal, { redirectUri, issuer: server.issuer, state });

describe.each(ways)('an authorization request by %s', (_way, ask) => {
  describe.each(['client_id', 'redirect_uri'] as const)(
    'is refused on a page, never by redirect, when %s is (RFC 6749 §4.1.2.1)',
    (name) => {
      it.each(malformedForms(name))('$title', async ({ text }) => {
        const reply = await ask(`${but({ [name]: undefined })}&${text}`);
        expectErrorPage(reply, { error: 'invalid_request', names: name });
      });
    },
  );

  const told = [
    'response_type',
    'response_mode',
    'scope',
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'prompt',
    'max_age',
    'login_hint',
    'claims',
    'acr_values',
    'ui_locales',
    'claims_locales',
    'display',
    'id_token_hint',
    'request',
    'request_uri',
    'registration',
    'resource',
  ] as const satisfies readonly ParameterName[];
  describe.each(told)('is refused by redirect when %s is (RFC 6749 §4.1.2.1)', (name) => {
    it.each(malformedForms(name))('$title', async ({ text }) => {
      const reply = await ask(`${but({ [name]: undefined })}&${text}`);
      expectRedirect(
        reply,
        { error: 'invalid_request', names: `'${name}'` },
        name === 'state' ? null : 'the state',
      );
    });
  });

  const pages: readonly {
    readonly what: string;
    readonly encoded: Readonly<Record<string, string | undefined>>;
    readonly refusal: Refusal;
  }[] = [
    {
      what: 'client_id is missing',
      encoded: { client_id: undefined },
      refusal: { error: 'invalid_request', names: 'client_id' },
    },
    {
      what: 'client_id is empty',
      encoded: { client_id: '' },
      refusal: { error: 'invalid_request', names: 'client_id' },
    },
    {
      what: 'the client is unknown',
      encoded: { client_id: 'unknown' },
      refusal: { error: 'invalid_client', names: 'client_id' },
    },
    {
      what: 'the client_id is a wildcard',
      encoded: { client_id: '%25' },
      refusal: { error: 'invalid_client', names: 'client_id' },
    },
    {
      what: 'the client_id is SQL',
      encoded: { client_id: "'%20OR%201=1--" },
      refusal: { error: 'invalid_client', names: 'client_id' },
    },
    {
      what: 'the client_id is a name that every object has',
      encoded: { client_id: '__proto__' },
      refusal: { error: 'invalid_client', names: 'client_id' },
    },
    {
      what: 'redirect_uri is missing beside scope openid',
      encoded: { redirect_uri: undefined },
      refusal: { error: 'invalid_request', names: 'redirect_uri' },
    },
    {
      what: 'redirect_uri is empty beside scope openid',
      encoded: { redirect_uri: '' },
      refusal: { error: 'invalid_request', names: 'redirect_uri' },
    },
    {
      what: 'a parameter name is not UTF-8',
      encoded: { '%FF': 'a' },
      refusal: { error: 'invalid_request', names: 'parameter name' },
    },
  ];
  it.each(pages)('is refused on a page when $what', async ({ encoded, refusal }) => {
    expectErrorPage(await ask(but(encoded)), refusal);
  });

  const redirects: readonly {
    readonly what: string;
    readonly encoded: Readonly<Record<string, string | undefined>>;
    readonly refusal: Refusal;
  }[] = [
    ...(['', undefined] as const).map((value) => ({
      what: `response_type is ${value === '' ? 'empty' : 'missing'}`,
      encoded: { response_type: value },
      refusal: { error: 'invalid_request', names: "'response_type'" },
    })),
    ...['token', 'none', 'id_token%20id_token', 'CODE', 'code%20code', 'toString'].map((value) => ({
      what: `response_type is ${value}`,
      encoded: { response_type: value },
      refusal: { error: 'unsupported_response_type', names: "'response_type'" },
    })),
    ...['code%20id_token', 'code%20token', 'id_token', 'id_token%20token', 'code%20id_token%20token'].map(
      (value) => ({
        what: `the app is not registered for the response type ${value}`,
        encoded: { response_type: value, response_mode: 'query' },
        refusal: { error: 'unauthorized_client', names: 'response_type' },
      }),
    ),
    ...['FORM_POST', 'QUERY', 'jwt', 'form_post.jwt', 'web_message', '__proto__'].map((value) => ({
      what: `response_mode is ${value}`,
      encoded: { response_mode: value },
      refusal: { error: 'invalid_request', names: "'response_mode'" },
    })),
    ...[
      'unheard-of',
      'openid%09profile',
      'files:read,files:write',
      'constructor',
      '%E2%98%83',
      '"quoted"',
    ].map((value) => ({
      what: `scope is ${value}`,
      encoded: { scope: value },
      refusal: {
        error: value.includes('%09') ? 'invalid_request' : 'invalid_scope',
        names: "'scope'",
      },
    })),
    {
      what: 'the method is plain (RFC 9700 §2.1.1)',
      encoded: { code_challenge_method: 'plain' },
      refusal: { error: 'invalid_request', names: "'code_challenge_method'" },
    },
    {
      what: 'the method is left out, which means plain (RFC 7636 §4.3)',
      encoded: { code_challenge_method: undefined },
      refusal: { error: 'invalid_request', names: "'code_challenge_method'" },
    },
    ...['s256', 'S512', 'none', 'toString'].map((value) => ({
      what: `the method is ${value} (RFC 7636 §4.4.1)`,
      encoded: { code_challenge_method: value },
      refusal: { error: 'invalid_request', names: "'code_challenge_method'" },
    })),
    {
      what: 'there is a method without a challenge',
      encoded: { code_challenge: undefined },
      refusal: { error: 'invalid_request', names: "'code_challenge'" },
    },
    {
      what: 'the challenge is empty',
      encoded: { code_challenge: '' },
      refusal: { error: 'invalid_request', names: "'code_challenge'" },
    },
    ...['a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}=`, `${'a'.repeat(42)}%2B`].map((value) => ({
      what: `the challenge is ${value}`,
      encoded: { code_challenge: value },
      refusal: { error: 'invalid_request', names: "'code_challenge'" },
    })),
    ...['never', 'NONE', 'none%20login', 'login%20never', '__proto__'].map((value) => ({
      what: `prompt is ${value} (OpenID Connect Core 1.0 §3.1.2.1)`,
      encoded: { prompt: value },
      refusal: { error: 'invalid_request', names: "'prompt'" },
    })),
    ...['-1', '1.5', '1e3', '0x10', 'soon', '%2B1', 'NaN', '99999999999'].map((value) => ({
      what: `max_age is ${value}`,
      encoded: { max_age: value },
      refusal: { error: 'invalid_request', names: "'max_age'" },
    })),
    ...claimsRefused.map((value) => ({
      what: `claims is ${value.length > 60 ? `${value.slice(0, 60)}…` : value} (OpenID Connect Core 1.0 §5.5)`,
      encoded: { claims: encodeURIComponent(value) },
      refusal: { error: 'invalid_request', names: "'claims'" },
    })),
    {
      what: 'claims makes an unsupported acr essential (OpenID Connect Core 1.0 §5.5.1.1)',
      encoded: {
        claims: encodeURIComponent('{"id_token":{"acr":{"essential":true,"values":["__proto__"]}}}'),
      },
      refusal: { error: 'unmet_authentication_requirements', names: "'acr'" },
    },
    ...['PAGE', 'window', 'page%20popup', 'toString', '__proto__'].map((value) => ({
      what: `display is ${value} (OpenID Connect Core 1.0 §3.1.2.1)`,
      encoded: { display: value },
      refusal: { error: 'invalid_request', names: "'display'" },
    })),
    ...[
      'a',
      '..',
      'e30.e30.e30',
      'eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhIn0.',
      '%5Bobject%20Object%5D',
      'a.b.c.d.e',
    ].map((value) => ({
      what: `id_token_hint is ${value} (OpenID Connect Core 1.0 §3.1.2.1)`,
      encoded: { id_token_hint: value },
      refusal: { error: 'invalid_request', names: "'id_token_hint'" },
    })),
    {
      what: 'no user is signed in and prompt is none (OpenID Connect Core 1.0 §3.1.2.6)',
      encoded: { prompt: 'none' },
      refusal: { error: 'login_required', names: 'sign in' },
    },
    {
      what: 'there is an unsigned request object (OpenID Connect Core 1.0 §6.1)',
      encoded: { request: 'eyJhbGciOiJub25lIn0.e30.' },
      refusal: { error: 'request_not_supported', names: 'request_object_signing_alg' },
    },
    ...['x', '..', 'a.b.c', 'a.b.c.d.e', 'W10.e30.', '%7B%7D'].map((value) => ({
      what: `the request object is ${value}`,
      encoded: { request: value },
      refusal: { error: 'invalid_request_object', names: 'request object' } as const,
    })),
    ...[
      'http://169.254.169.254/latest',
      'https://127.0.0.1/request',
      'file:///etc/passwd',
      'data:,e30',
      'urn:ietf:params:oauth:request_uri:x',
      '%23',
      '//localhost/',
      'x',
    ].map((value) => ({
      what: `the request_uri is ${value}, which is not registered (OpenID Connect Core 1.0 §6.2)`,
      encoded: { request_uri: value },
      refusal: { error: 'invalid_request_uri', names: "'request_uri'" } as const,
    })),
    {
      what: 'there is a request and a request_uri',
      encoded: { request: 'x', request_uri: 'x' },
      refusal: { error: 'invalid_request', names: "'request_uri'" },
    },
    {
      what: 'there is a registration (OpenID Connect Core 1.0 §7.2.1)',
      encoded: { registration: '{}' },
      refusal: { error: 'registration_not_supported', names: "'registration'" },
    },
  ];
  it.each(redirects)('is refused by redirect when $what', async ({ encoded, refusal }) => {
    expectRedirect(await ask(but(encoded)), refusal);
  });

  const harmless: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['claims without members', { claims: '{}' }],
    ['claims for names that every object has', { claims: '{"userinfo":{"__proto__":null,"toString":{}}}' }],
    ['claims whose values nest deeply', { claims: `{"userinfo":{"name":{"value":${nested(4000)}}}}` }],
    ['claims that repeat a member', { claims: '{"userinfo":{"name":null,"name":{"essential":true}}}' }],
    ['a wish for an acr that is no acr', { acr_values: '__proto__ 0 [object Object]' }],
    ['languages that are none', { ui_locales: 'xx-!! --', claims_locales: '__proto__' }],
    ['a login_hint that is JSON', { login_hint: '{"sub":"admin"}' }],
  ];
  it.each(harmless)('takes %s to the sign-in page', async (_what, values) => {
    const encoded = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, encodeURIComponent(value)]),
    );
    const reply = await ask(but(encoded));
    expect(reply.status).toBe(303);
    expectPage((await follow(server.issuer, reply)).page, 200);
  });

  it('refuses a public app without PKCE (RFC 9700 §2.1.1)', async () => {
    const query = but({
      client_id: server.publicApp.client_id,
      code_challenge: undefined,
      code_challenge_method: undefined,
    });
    expectRedirect(await ask(query), { error: 'invalid_request', names: "'code_challenge'" });
  });

  it('ignores unknown parameters (RFC 6749 §3.1)', async () => {
    const reply = await ask(`${but({})}&__proto__=a&constructor=b&toString=c&unknown=%FF&unknown=&&=&x`);
    expect(reply.status).toBe(303);
    expect(reply.headers.get('location')).toMatch(/^\/signin\?ticket=/);
  });

  it('takes the longest state to the sign-in page', async () => {
    const { maxLength } = parameterTable.state;
    const query = but({ state: encodeURIComponent('☃'.repeat(maxLength)) });
    const reply = await ask(query);
    expect(reply.status).toBe(303);
    const { page } = await follow(server.issuer, reply);
    expectPage(page, 200);
    expect(page.body).toContain('id="sign-in"');
  });
});

describe('errors of a request for an ID token in the authorization response', () => {
  it('come in the fragment, where the response would be (OAuth 2.0 Multiple Response Types §5)', async () => {
    const hybrid = await server.grantor.register({
      redirectUris: [redirectUri],
      response_types: ['code', 'code id_token'],
    });
    const query = encodeForm({ ...authorizationRequest(hybrid), response_type: 'id_token code' });
    expectErrorRedirect(
      await send(server.issuer, `${path}?${query}`),
      { error: 'invalid_request', names: "'nonce'" },
      { redirectUri, issuer: server.issuer, state: 'the state', part: 'fragment' },
    );
  });
});

describe('a body at the authorization endpoint', () => {
  it.each([
    ['application/json', '{}'],
    ['text/plain', 'client_id=a'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['', 'client_id=a'],
    ['application/x-www-form-urlencoded-not', 'client_id=a'],
  ])('of type "%s" is refused on a page', async (type, body) => {
    const reply = await send(server.issuer, path, {
      method: 'POST',
      headers: type === '' ? {} : { 'content-type': type },
      body,
    });
    expectErrorPage(reply, { error: 'invalid_request', names: 'application/x-www-form-urlencoded' });
  });

  it('that is missing is refused on a page', async () => {
    const reply = await send(server.issuer, path, { method: 'POST' });
    expectErrorPage(reply, { error: 'invalid_request', names: 'application/x-www-form-urlencoded' });
  });
});
