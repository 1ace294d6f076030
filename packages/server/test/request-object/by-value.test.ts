import { CompactEncrypt, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { type RequestParameters, registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { clientSignatureAlgorithms } from '../../src/protocol/index.js';
import { type AppKey, createAppKey, unsigned } from './keys.js';

const algorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const;
const redirectUri = 'https://app.example.com/callback';
const other = 'https://app.example.com/other';

let grantor: TestServer;
let keys: Record<(typeof algorithms)[number], AppKey>;
let app: TestApp;

beforeAll(async () => {
  grantor = await startServer();
  const made = await Promise.all(algorithms.map(async (name) => [name, await createAppKey(name)] as const));
  keys = Object.fromEntries(made) as typeof keys;
  app = await appWith({});
});
afterAll(() => grantor.stop());

function appWith(metadata: Readonly<Record<string, unknown>>): Promise<TestApp> {
  const jwks = { keys: Object.values(keys).map(({ jwk }) => jwk) };
  return registerApp(grantor, { redirectUris: [redirectUri, other], jwks, ...metadata });
}

/** The parameters of the response to this request object. */
async function ask(request: string, parameters: RequestParameters = {}, who = app): Promise<URLSearchParams> {
  return (await who.authorize({ request, ...parameters })).searchParams;
}

/** The error of a refused request object. */
async function refusal(request: string, parameters: RequestParameters = {}, who = app) {
  const answer = await ask(request, { state: 'outside', ...parameters }, who);
  expect(answer.get('code')).toBeNull();
  expect(answer.get('state')).toBe('outside');
  return `${answer.get('error')}: ${answer.get('error_description')}`;
}

const minutes = (count: number) => Math.floor(Date.now() / 1000) + count * 60;

describe('a request object by value (OpenID Connect Core 1.0 §6.1)', () => {
  it.each(algorithms)('is accepted if it is signed with %s', async (algorithm) => {
    const request = await keys[algorithm].sign({ iss: app.id, aud: grantor.issuer, state: algorithm });
    const answer = await ask(request);
    expect(answer.get('code')).not.toBeNull();
    expect(answer.get('state')).toBe(algorithm);
  });

  it('overrides the parameters outside, and keeps those that are only outside', async () => {
    const request = await keys.ES256.sign({ redirect_uri: other, state: 'inside' });
    const answer = await app.authorize({ request, state: 'outside', nonce: 'outside' });
    expect(answer.origin + answer.pathname).toBe(other);
    expect(answer.searchParams.get('state')).toBe('inside');
    const exchange = await app.exchange(answer.searchParams.get('code') ?? '', { redirect_uri: other });
    const { id_token: idToken } = (await exchange.json()) as { id_token: string };
    const claims = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as JWTPayload;
    expect(claims.nonce).toBe('outside');
  });

  it('may be the only parameter beside client_id (RFC 9101 §5)', async () => {
    const all = Object.fromEntries(new URL(app.authorizationUrl({ state: 'inside' })).searchParams);
    const request = await keys.ES256.sign(all);
    const query = new URLSearchParams({ client_id: app.id, request });
    const page = await app.browser.open(`${grantor.issuer}/oauth2/authorize?${query}`);
    expect(page.left?.searchParams.get('state')).toBe('inside');
    expect(page.left?.searchParams.get('code')).not.toBeNull();
  });

  it('has max_age as a number and claims as an object', async () => {
    const claims = { userinfo: { nickname: null } };
    const request = await keys.ES256.sign({ max_age: 10_000, claims });
    expect((await ask(request)).get('code')).not.toBeNull();
    const wrong = await keys.ES256.sign({ max_age: -1 });
    expect(await refusal(wrong)).toMatch(/^invalid_request: 'max_age'/);
  });

  it('is resolved once: later pages do not read it again', async () => {
    const fresh = await appWith({});
    const request = await keys.ES256.sign({ state: 'inside', exp: minutes(1) });
    const page = await fresh.browser.open(fresh.authorizationUrl({ request }));
    expect(page.html).toContain('id="sign-in"');
    expect(page.url).not.toContain(request);
    const { username, password } = grantor.user;
    let next = await fresh.browser.signIn(page, { username, password });
    next = await fresh.browser.submit(next, 'allow');
    expect(next.left?.searchParams.get('state')).toBe('inside');
  });

  it('may have any of the types of a request object, and no other (RFC 9101 §4, RFC 8725 §3.11)', async () => {
    for (const typ of ['JWT', 'oauth-authz-req+jwt', 'application/oauth-authz-req+jwt']) {
      expect((await ask(await keys.ES256.sign({}, { typ }))).get('code')).not.toBeNull();
    }
    for (const typ of ['at+jwt', 'dpop+jwt', 'client-authentication+jwt', 'logout+jwt', 7]) {
      expect(await refusal(await keys.ES256.sign({}, { typ }))).toMatch(/^invalid_request_object.*'typ'/);
    }
  });
});

describe('its issuer, audience and times', () => {
  it('accepts one for this server, also with other audiences', async () => {
    for (const aud of [grantor.issuer, ['https://other.example', grantor.issuer]]) {
      expect((await ask(await keys.ES256.sign({ aud }))).get('code')).not.toBeNull();
    }
  });

  it.each<[string, () => JWTPayload, RegExp]>([
    [
      'is for another server (audience injection, CVE-2025-27370)',
      () => ({ aud: 'https://other.example' }),
      /'aud'/,
    ],
    ['is for an endpoint instead of the issuer', () => ({ aud: `${grantor.issuer}/oauth2/token` }), /'aud'/],
    ['has no audience', () => ({ aud: [] }), /'aud'/],
    ['was made by another app', () => ({ iss: 'another-app' }), /'iss'/],
    [
      'could pass for a client assertion (cross-JWT confusion, RFC 9101 §10.8)',
      () => ({ sub: app.id }),
      /'sub'/,
    ],
    ['has expired', () => ({ exp: minutes(-2) }), /expired/],
    ['is not valid yet', () => ({ nbf: minutes(2) }), /'nbf'/],
    ['has an exp that is no number', () => ({ exp: 'tomorrow' }) as unknown as JWTPayload, /'exp'/],
  ])('refuses one that %s', async (_, claims, names) => {
    const told = await refusal(await keys.ES256.sign(claims()));
    expect(told).toMatch(/^invalid_request_object/);
    expect(told).toMatch(names);
  });

  it('tolerates a clock difference of a minute', async () => {
    const request = await keys.ES256.sign({ exp: minutes(-0.5), nbf: minutes(0.5) });
    expect((await ask(request)).get('code')).not.toBeNull();
  });

  it.each(['client_id', 'response_type'])(
    'refuses different values of %s inside and outside (§6.1)',
    async (name) => {
      const request = await keys.ES256.sign({ [name]: 'code id_token' });
      expect(await refusal(request)).toMatch(`invalid_request_object: '${name}'`);
      const same = await keys.ES256.sign({ client_id: app.id, response_type: 'code' });
      expect((await ask(same)).get('code')).not.toBeNull();
    },
  );

  it.each(['request', 'request_uri'])('refuses a %s inside (RFC 9101 §4)', async (name) => {
    const request = await keys.ES256.sign({ [name]: 'https://app.example.com/request' });
    expect(await refusal(request)).toMatch(`invalid_request_object: The request object has a '${name}'`);
  });
});

describe('the signature (OpenID Connect Core 1.0 §6.1, RFC 9101 §10.1)', () => {
  it('is required from every app that is not registered for none', async () => {
    expect(await refusal(unsigned({ state: 'inside' }))).toMatch(/^request_not_supported: Unsigned/);
    const signing = await appWith({ request_object_signing_alg: 'ES256' });
    expect(await refusal(unsigned({}), {}, signing)).toMatch(/^invalid_request_object.*not signed/);
  });

  it('is left out by an app that is registered for none (RFC 7519 §6)', async () => {
    const plain = await appWith({ request_object_signing_alg: 'none' });
    expect((await ask(unsigned({ state: 'inside' }), {}, plain)).get('state')).toBe('inside');
    expect(await refusal(`${unsigned({})}c2lnbmF0dXJl`, {}, plain)).toMatch(/^invalid_request_object/);
    expect(await refusal(unsigned({ exp: minutes(-2) }), {}, plain)).toMatch(/^invalid_request_object/);
    expect(await refusal(unsigned({ aud: 'https://other.example' }), {}, plain)).toMatch(/'aud'/);
    expect(await refusal(unsigned({}, { crit: ['x'], x: 1 }), {}, plain)).toMatch(/'crit'/);
    expect(await refusal(unsigned({}, { alg: 'None' }), {}, plain)).toMatch(/^invalid_request_object/);
    expect(await refusal(await keys.ES256.sign({}), {}, plain)).toMatch(/algorithm/);
  });

  it('must have the registered algorithm (algorithm confusion)', async () => {
    const rsa = await appWith({ request_object_signing_alg: 'RS256' });
    expect((await ask(await keys.RS256.sign({ state: 'a' }), {}, rsa)).get('state')).toBe('a');
    for (const algorithm of ['ES256', 'PS256', 'EdDSA'] as const) {
      expect(await refusal(await keys[algorithm].sign({}), {}, rsa)).toMatch(
        /^invalid_request_object.*algorithm/,
      );
    }
  });

  it.each(['EdDSA', 'Ed25519'] as const)(
    'may have either name of its algorithm if it is registered as %s (RFC 9864 §2.2)',
    async (request_object_signing_alg) => {
      const jwks = { keys: [keys.EdDSA.jwk, keys.Ed25519.jwk] };
      const edwards = await appWith({ request_object_signing_alg, jwks });
      for (const algorithm of ['EdDSA', 'Ed25519'] as const) {
        const answer = await ask(await keys[algorithm].sign({ state: algorithm }), {}, edwards);
        expect(answer.get('state')).toBe(algorithm);
      }
      expect(await refusal(await keys.ES256.sign({}), {}, edwards)).toMatch(/^invalid_request_object/);
    },
  );

  it('is not an HMAC with the public key or the client secret (RS/HS confusion)', async () => {
    for (const secret of [JSON.stringify(keys.RS256.jwk), app.secret ?? '']) {
      const hmac = new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: keys.RS256.jwk.kid ?? '' });
      expect(await refusal(await hmac.sign(Buffer.from(secret)))).toMatch(/^invalid_request_object/);
    }
  });

  it('is not verified with a key in the header (CVE-2026-27962)', async () => {
    const stranger = await createAppKey('ES256');
    const { kid, ...jwk } = stranger.jwk;
    const header = { jwk, jku: 'https://evil.example/keys', x5u: 'https://evil.example/cert' };
    expect(kid).toBe(keys.ES256.jwk.kid);
    expect(await refusal(await stranger.sign({}, header))).toMatch(/^invalid_request_object/);
    expect(await refusal(await stranger.sign({}, { ...header, kid: undefined }))).toMatch(/none of the keys/);
  });

  it('covers the whole request object: one changed letter is refused', async () => {
    const [header, , signature] = (await keys.ES256.sign({ state: 'a' })).split('.');
    const changed = Buffer.from(JSON.stringify({ state: 'b' })).toString('base64url');
    expect(await refusal(`${header}.${changed}.${signature}`)).toMatch(/no valid signature/);
    expect(await refusal(`${header}.${changed}.`)).toMatch(/^invalid_request_object/);
  });

  it('is refused with header parameters that must be understood (RFC 7515 §4.1.11, CVE-2025-59420)', async () => {
    const signed = await keys.ES256.sign({ state: 'a' });
    const header = { alg: 'ES256', kid: keys.ES256.jwk.kid, crit: ['bork'], bork: true };
    const [, payload, signature] = signed.split('.');
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
    expect(await refusal(`${encoded}.${payload}.${signature}`)).toMatch(/'crit'/);
  });

  it('cannot be replaced by encryption for the server (CVE-2026-9793)', async () => {
    const { publicKey } = await generateKeyPair('ECDH-ES');
    const jwe = await new CompactEncrypt(Buffer.from(unsigned({ state: 'a' })))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', cty: 'JWT' })
      .encrypt(publicKey);
    expect(await refusal(jwe)).toMatch(/^invalid_request_object.*encrypted/);
  });

  it('requires registered keys', async () => {
    const keyless = await registerApp(grantor, {});
    const told = await refusal(await keys.ES256.sign({}), {}, keyless);
    expect(told).toMatch(/^invalid_request_object.*neither 'jwks' nor 'jwks_uri'/);
  });

  it('is not verified with the keys of another app', async () => {
    const another = await createAppKey('ES256');
    const victim = await registerApp(grantor, { jwks: { keys: [another.jwk] } });
    expect(await refusal(await keys.ES256.sign({}), {}, victim)).toMatch(/^invalid_request_object/);
  });
});

describe('the redirect of a refusal', () => {
  it('goes to the redirect URI outside, if it is registered, and never to one that is only inside', async () => {
    const stranger = await createAppKey('ES256');
    const forged = await stranger.sign({ redirect_uri: other });
    const told = await app.authorize({ request: forged });
    expect(told.origin + told.pathname).toBe(redirectUri);

    const page = await app.browser.open(app.authorizationUrl({ request: forged, redirect_uri: undefined }));
    expect([page.status, page.left]).toEqual([400, undefined]);
  });

  it('is a page if the redirect URI is not registered, inside or outside', async () => {
    const evil = 'https://evil.example/';
    const inside = await keys.ES256.sign({ redirect_uri: evil });
    const forged = await (await createAppKey('ES256')).sign({});
    for (const parameters of [{ request: inside }, { request: forged, redirect_uri: evil }]) {
      const page = await app.browser.open(app.authorizationUrl(parameters));
      expect([page.status, page.left]).toEqual([400, undefined]);
    }
  });

  it('is a page if the client is unknown', async () => {
    const url = app.authorizationUrl({ request: await keys.ES256.sign({}), client_id: 'unknown' });
    const page = await app.browser.open(url);
    expect([page.status, page.left]).toEqual([400, undefined]);
  });
});

describe('bad input', () => {
  it.each([
    ['is no JWT', 'x'],
    ['is empty in three parts', '..'],
    ['has a header that is no JSON', 'bm90IGpzb24.e30.'],
    ['has a header that is an array', 'W10.e30.'],
    ['has five parts', 'a.b.c.d.e'],
    ['has a payload that is an array', `${Buffer.from('{"alg":"none"}').toString('base64url')}.W10.`],
    ['has a payload that is no JSON', `${Buffer.from('{"alg":"none"}').toString('base64url')}.eHg.`],
  ])('refuses one that %s', async (_, request) => {
    const plain = await appWith({ request_object_signing_alg: 'none' });
    expect(await refusal(request, {}, plain)).toMatch(/^invalid_request_object/);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a number', { state: 1 }],
    ['an array', { scope: ['openid'] }],
    ['an object', { nonce: {} }],
    ['true', { prompt: true }],
    ['a control character', { state: 'a\u0000b' }],
    ['half a character', { state: '\ud800' }],
    ['too many characters', { nonce: 'n'.repeat(1025) }],
    ['a max_age with a fraction', { max_age: 1.5 }],
  ])('refuses a parameter that is %s', async (_, claims) => {
    expect(await refusal(await keys.ES256.sign(claims))).toMatch(/^invalid_request(_object)?: /);
  });

  it.each(['claims', 'unheard_of'])(
    'is refused if %s is nested too deeply to be serialized',
    async (name) => {
      const encode = (text: string) => Buffer.from(text).toString('base64url');
      const payload = `{"${name}":{"a":${'['.repeat(5500)}${']'.repeat(5500)}}}`;
      const open = await appWith({ request_object_signing_alg: 'none' });
      const request = `${encode('{"alg":"none"}')}.${encode(payload)}.`;
      expect(await refusal(request, {}, open)).toMatch(/^invalid_request_object: /);
    },
  );

  it('does not change a prototype (prototype pollution)', async () => {
    const text = '{"__proto__":{"state":"polluted"},"constructor":{"prototype":{"state":"polluted"}}}';
    const claims = JSON.parse(text) as JWTPayload;
    const answer = await ask(await keys.ES256.sign(claims));
    expect(answer.get('code')).not.toBeNull();
    expect(answer.get('state')).toBeNull();
  });

  it('refuses both parameters together, and one repeated (§6.1, RFC 6749 §3.1)', async () => {
    const request = await keys.ES256.sign({});
    const requestUri = 'https://app.example.com/request';
    expect(await refusal(request, { request_uri: requestUri })).toMatch(/^invalid_request: .*not both/);
    const url = `${app.authorizationUrl({ request, state: 'outside' })}&request=${request}`;
    const page = await app.browser.open(url);
    expect(page.left?.searchParams.get('error')).toBe('invalid_request');
  });
});

it('is in the metadata with the algorithms that need no registration (OpenID Connect Discovery 1.0 §3)', async () => {
  const response = await fetch(`${grantor.issuer}/.well-known/openid-configuration`);
  expect(await response.json()).toMatchObject({
    request_parameter_supported: true,
    request_uri_parameter_supported: true,
    require_request_uri_registration: true,
    request_object_signing_alg_values_supported: clientSignatureAlgorithms,
  });
});
