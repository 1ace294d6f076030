import { type ParameterName, parameterTable } from '@grantor/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { malformedForms } from './support/malformed.js';
import { expectErrorPage, expectErrorRedirect, expectPage, type Refusal } from './support/refusals.js';
import { encodeForm, postForm, type Reply, send } from './support/send.js';
import {
  authorizationRequest,
  challengeOf,
  expectToServe,
  redirectUri,
  startWorld,
  type World,
} from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await expectToServe(world);
  await world.stop();
});

const path = '/oauth2/authorize';

/** The same request both ways (OpenID Connect Core 1.0 §3.1.2.1). */
const ways: readonly (readonly [string, (query: string) => Promise<Reply>])[] = [
  ['GET', (query) => send(world.issuer, `${path}?${query}`)],
  ['POST', (query) => postForm(world.issuer, path, query)],
];

const pkce = { code_challenge: challengeOf('v'.repeat(43)), code_challenge_method: 'S256' };

/** A request that is as it should be but for these values, which go out as they are. */
const but = (encoded: Readonly<Record<string, string | undefined>>) =>
  encodeForm({ ...authorizationRequest(world.app), nonce: 'the nonce', ...pkce }, encoded);

const expectRedirect = (reply: Reply, refusal: Refusal, state: string | null = 'the state') =>
  expectErrorRedirect(reply, refusal, { redirectUri, issuer: world.issuer, state });

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
    'request',
    'request_uri',
    'registration',
  ] as const satisfies readonly ParameterName[];
  describe.each(told)('tells the app by redirect when %s is (RFC 6749 §4.1.2.1)', (name) => {
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
      encoded: { client_id: 'nobody' },
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
    ...['token', 'id_token', 'code%20token', 'CODE', 'code%20code', 'toString'].map((value) => ({
      what: `response_type is ${value}`,
      encoded: { response_type: value },
      refusal: { error: 'unsupported_response_type', names: "'response_type'" },
    })),
    {
      what: 'the app is not registered for the response type',
      encoded: { response_type: 'code%20id_token', response_mode: 'query' },
      refusal: { error: 'unauthorized_client', names: 'response_type' },
    },
    ...['form_post', 'QUERY', 'jwt'].map((value) => ({
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
    {
      what: 'nobody is signed in and prompt is none (OpenID Connect Core 1.0 §3.1.2.6)',
      encoded: { prompt: 'none' },
      refusal: { error: 'login_required', names: 'sign in' },
    },
    {
      what: 'there is a request object (OpenID Connect Core 1.0 §6.1)',
      encoded: { request: 'eyJhbGciOiJub25lIn0.e30.' },
      refusal: { error: 'request_not_supported', names: "'request'" },
    },
    {
      what: 'there is a request_uri (OpenID Connect Core 1.0 §6.2)',
      encoded: { request_uri: 'http://169.254.169.254/latest' },
      refusal: { error: 'request_uri_not_supported', names: "'request_uri'" },
    },
    {
      what: 'there is a registration (OpenID Connect Core 1.0 §7.2.1)',
      encoded: { registration: '{}' },
      refusal: { error: 'registration_not_supported', names: "'registration'" },
    },
  ];
  it.each(redirects)('tells the app by redirect when $what', async ({ encoded, refusal }) => {
    expectRedirect(await ask(but(encoded)), refusal);
  });

  it('refuses a public app without PKCE (RFC 9700 §2.1.1)', async () => {
    const query = but({
      client_id: world.publicApp.client_id,
      code_challenge: undefined,
      code_challenge_method: undefined,
    });
    expectRedirect(await ask(query), { error: 'invalid_request', names: "'code_challenge'" });
  });

  it('passes over parameters that it does not know (RFC 6749 §3.1)', async () => {
    const reply = await ask(`${but({})}&__proto__=a&constructor=b&toString=c&unknown=%FF&unknown=&&=&x`);
    expect(reply.status).toBe(303);
    expect(reply.headers.get('location')).toMatch(/^\/signin\?ticket=/);
  });

  it('takes the longest state to the sign-in page', async () => {
    const { maxLength } = parameterTable.state;
    const query = but({ state: encodeURIComponent('☃'.repeat(maxLength)) });
    const reply = await ask(query);
    expect(reply.status).toBe(303);
    const page = await send(world.issuer, reply.headers.get('location') ?? '');
    expectPage(page, 200);
    expect(page.body).toContain('id="sign-in"');
  });
});

describe('errors of a request for an ID token from the front channel', () => {
  it('come in the fragment, where the answer would be (OAuth 2.0 Multiple Response Types §5)', async () => {
    const hybrid = await world.grantor.register({
      redirectUris: [redirectUri],
      response_types: ['code', 'code id_token'],
    });
    const query = encodeForm({ ...authorizationRequest(hybrid), response_type: 'id_token code' });
    expectErrorRedirect(
      await send(world.issuer, `${path}?${query}`),
      { error: 'invalid_request', names: "'nonce'" },
      { redirectUri, issuer: world.issuer, state: 'the state', part: 'fragment' },
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
    const reply = await send(world.issuer, path, {
      method: 'POST',
      headers: type === '' ? {} : { 'content-type': type },
      body,
    });
    expectErrorPage(reply, { error: 'invalid_request', names: 'application/x-www-form-urlencoded' });
  });

  it('that is missing is refused on a page', async () => {
    const reply = await send(world.issuer, path, { method: 'POST' });
    expectErrorPage(reply, { error: 'invalid_request', names: 'application/x-www-form-urlencoded' });
  });
});
