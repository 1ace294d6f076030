import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { form, type RequestParameters, refusalOf } from '../../../../test/kit/test-app.js';
import { clientSignatureAlgorithms } from '../../src/protocol/index.js';
import { claimsOf, ecdsa, elliptic, hmac, jwt, postAssertion, rsa, unsigned } from './assertions.js';

const refused = { status: 401, error: 'invalid_client' };
const program = { redirect_uris: [], grant_types: ['client_credentials'], scopes: ['files:read'] };
const elliptical = elliptic();
const rsaKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwks = {
  keys: [
    { ...elliptical.publicKey.export({ format: 'jwk' }), kid: 'ec', use: 'sig' },
    { ...rsaKeys.publicKey.export({ format: 'jwk' }), kid: 'rsa', use: 'sig' },
  ],
};

const now = () => Math.floor(Date.now() / 1000);

describe.each(databases)('client assertions (RFC 7523, OpenID Connect Core 1.0 §9) on %s', (database) => {
  let grantor: TestServer;
  let keyed: string;
  let secretive: { readonly client_id: string; readonly client_secret: string };
  beforeAll(async () => {
    grantor = await startServer({ database });
    const withKeys = { ...program, token_endpoint_auth_method: 'private_key_jwt', jwks };
    keyed = (await grantor.register(withKeys)).client_id;
    secretive = await grantor.register({ ...program, token_endpoint_auth_method: 'client_secret_jwt' });
  });
  afterAll(() => grantor.stop());

  const header = { alg: 'ES256', kid: 'ec' };
  const signed = (changes: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
    jwt({ ...header, ...more }, claimsOf(keyed, grantor.issuer, changes), ecdsa(elliptical.privateKey));
  const send = (assertion: string, parameters: RequestParameters = {}, headers = {}) =>
    postAssertion(
      grantor,
      '/oauth2/token',
      assertion,
      { grant_type: 'client_credentials', ...parameters },
      headers,
    );
  const bySecret = (hash = 'HS256', changes: Record<string, unknown> = {}) => {
    const { client_id: id, client_secret: secret } = secretive;
    return jwt({ alg: hash }, claimsOf(id, grantor.issuer, changes), hmac(secret, `sha${hash.slice(2)}`));
  };

  it('private_key_jwt: a signature with a registered key authenticates the client', async () => {
    expect((await send(signed())).status).toBe(200);
    expect((await send(signed(), { client_id: keyed })).status).toBe(200);
    const byRsa = jwt({ alg: 'RS256', kid: 'rsa' }, claimsOf(keyed, grantor.issuer), rsa(rsaKeys.privateKey));
    expect((await send(byRsa)).status).toBe(200);
  });

  it.each(['HS256', 'HS384', 'HS512'])(
    'client_secret_jwt: %s with the secret authenticates the client',
    async (alg) => {
      expect((await send(bySecret(alg))).status).toBe(200);
    },
  );

  it('gets a secret that is long enough for HS512 (RFC 7518 §3.2)', () => {
    expect(Buffer.byteLength(secretive.client_secret)).toBeGreaterThanOrEqual(64);
  });

  it('stores the secret encrypted, and only for a client that signs with it', async () => {
    const { clients } = grantor.server.store;
    const record = await clients.find(secretive.client_id);
    expect(record?.sealedSecret).toEqual(expect.any(String));
    expect(JSON.stringify(record)).not.toContain(secretive.client_secret);
    const other = await grantor.register(program);
    expect((await clients.find(other.client_id))?.sealedSecret).toBeNull();
  });

  it.each(['/oauth2/token', '/oauth2/introspect', '/oauth2/revoke'])('authenticates at %s', async (path) => {
    const parameters = { grant_type: 'client_credentials', token: 'unknown' };
    expect((await postAssertion(grantor, path, signed(), parameters)).status).toBe(200);
    const bad = await postAssertion(grantor, path, signed({ aud: 'https://other.example' }), parameters);
    expect(await refusalOf(bad)).toEqual(refused);
  });

  describe('accepts only the issuer as audience (CVE-2025-27370, CVE-2025-27371: audience injection)', () => {
    it('as a string or as the one element of an array (RFC 7519 §4.1.3)', async () => {
      expect((await send(signed({ aud: grantor.issuer }))).status).toBe(200);
      expect((await send(signed({ aud: [grantor.issuer] }))).status).toBe(200);
    });

    it.each<readonly [string, (issuer: string) => unknown]>([
      ['the token endpoint', (issuer) => `${issuer}/oauth2/token`],
      ['the issuer with a slash', (issuer) => `${issuer}/`],
      ['another server', () => 'https://attacker.example'],
      ['the issuer and another', (issuer) => [issuer, 'https://attacker.example']],
      ['the issuer twice', (issuer) => [issuer, issuer]],
      ['no audience', () => []],
      ['an array in an array', (issuer) => [[issuer]]],
      ['an object', (issuer) => ({ 0: issuer })],
      ['a number', () => 1],
      ['nothing', () => undefined],
    ])('and not %s', async (_what, audience) => {
      expect(await refusalOf(await send(signed({ aud: audience(grantor.issuer) })))).toEqual(refused);
    });
  });

  it('is valid for one use (RFC 7523 §3, GHSA-3p3g-vpw6-4w66: jti replay)', async () => {
    for (const assertion of [signed(), bySecret()]) {
      expect((await send(assertion)).status).toBe(200);
      expect(await refusalOf(await send(assertion))).toEqual(refused);
    }
    const jti = 'the same name twice';
    expect((await send(signed({ jti }))).status).toBe(200);
    expect(await refusalOf(await send(signed({ jti })))).toEqual(refused);
    // Names are each client's own.
    expect((await send(bySecret('HS256', { jti }))).status).toBe(200);
  });

  it('is valid for one of many uses at once', async () => {
    const assertion = signed();
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async () => (await send(assertion)).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(9);
  });

  it.each<readonly [string, () => Record<string, unknown>]>([
    ['without exp (GHSA-wxg7-w2v3-w38g)', () => ({ exp: undefined })],
    ['that has expired', () => ({ exp: now() - 61 })],
    ['with an exp too far ahead', () => ({ exp: now() + 3700 })],
    ['with an exp that is no number', () => ({ exp: String(now() + 60) })],
    ['with an nbf yet to come', () => ({ nbf: now() + 120 })],
    ['with an iat yet to come', () => ({ iat: now() + 120 })],
    ['with an iat that is no number', () => ({ iat: 'now' })],
    ['without jti', () => ({ jti: undefined })],
    ['with an empty jti', () => ({ jti: '' })],
    ['with a jti that is no string', () => ({ jti: 7 })],
    ['without iss', () => ({ iss: undefined })],
    ['of another issuer', () => ({ iss: 'https://attacker.example' })],
    ['without sub', () => ({ sub: undefined })],
    ['about another client', () => ({ sub: secretive.client_id })],
    ['with an object for its sub', () => ({ sub: { toString: keyed } })],
  ])('refuses an assertion %s (RFC 7523 §3)', async (_what, changes) => {
    expect(await refusalOf(await send(signed(changes())))).toEqual(refused);
  });

  it('tolerates a clock difference of a minute (RFC 7523 §3)', async () => {
    expect((await send(signed({ exp: now() - 30 }))).status).toBe(200);
    expect((await send(signed({ nbf: now() + 30, iat: now() + 30 }))).status).toBe(200);
    expect((await send(signed({ iat: undefined }))).status).toBe(200);
  });

  describe('refuses a signature', () => {
    const stranger = elliptic();
    const byStranger = (more: Record<string, unknown> = {}) =>
      jwt({ ...header, ...more }, claimsOf(keyed, grantor.issuer), ecdsa(stranger.privateKey));

    it.each<readonly [string, () => string]>([
      ['of another key', () => byStranger()],
      [
        'of another key that it brings along (CVE-2026-27962: embedded jwk)',
        () => byStranger({ kid: undefined, jwk: stranger.publicKey.export({ format: 'jwk' }) }),
      ],
      ['of another key that it points to (jku)', () => byStranger({ jku: 'https://attacker.example/jwks' })],
      [
        'unsigned, with alg none (CVE-2026-16093: unsigned assertion)',
        () => jwt({ alg: 'none' }, claimsOf(keyed, grantor.issuer), unsigned),
      ],
      ['unsigned, without an algorithm', () => jwt({}, claimsOf(keyed, grantor.issuer), unsigned)],
      ['unsigned, with a valid header', () => jwt(header, claimsOf(keyed, grantor.issuer), unsigned)],
      [
        'by HMAC with the public key (RS to HS confusion)',
        () =>
          jwt(
            { alg: 'HS256' },
            claimsOf(keyed, grantor.issuer),
            hmac(rsaKeys.publicKey.export({ type: 'spki', format: 'pem' })),
          ),
      ],
      ['whose header has an unknown crit (CVE-2025-59420)', () => signed({}, { crit: ['bork'], bork: 1 })],
      ['of an unencoded payload (RFC 7797)', () => signed({}, { crit: ['b64'], b64: false })],
      ['of what says that it is an access token (RFC 8725 §3.11)', () => signed({}, { typ: 'at+jwt' })],
      [
        'over other claims',
        () => {
          const [head, , tail] = signed().split('.');
          const claims = Buffer.from(JSON.stringify(claimsOf(keyed, grantor.issuer))).toString('base64url');
          return `${head}.${claims}.${tail}`;
        },
      ],
    ])('%s', async (_what, assertion) => {
      expect(await refusalOf(await send(assertion()))).toEqual(refused);
    });

    it.each([{ alg: 'none' }, { alg: 'ES256K' }, {}])(
      'and says that its algorithm is the reason, for the header %j (RFC 7518 §3.1)',
      async (unknown) => {
        const response = await send(jwt(unknown, claimsOf(keyed, grantor.issuer), unsigned));
        expect(await response.json()).toEqual({
          error: 'invalid_client',
          error_description: "'client_assertion' must be signed with an algorithm of this server",
        });
      },
    );

    it.each(['JWT', 'client-authentication+jwt'])('but not of the type %s (RFC 7523)', async (typ) => {
      expect((await send(signed({}, { typ }))).status).toBe(200);
    });
  });

  it.each([
    '',
    'a',
    'a.b',
    'a.b.c',
    '..',
    'e30.e30.',
    `${'a'.repeat(9)}.${'b'.repeat(9)}.c`,
    'eyJhbGciOiJFUzI1NiJ9.W10.AA',
  ])('refuses %o, which is not a JWT', async (assertion) => {
    const response = await send(assertion);
    expect([400, 401]).toContain(response.status);
    expect(['invalid_client', 'invalid_request']).toContain((await refusalOf(response)).error);
  });

  it('accepts one type of assertion, which must be named (RFC 7521 §4.2)', async () => {
    const saml = 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer';
    for (const type of [saml, undefined]) {
      expect(await refusalOf(await send(signed(), { client_assertion_type: type }))).toEqual(refused);
    }
    const without = await send('', { client_assertion: undefined });
    expect(await refusalOf(without)).toEqual({ status: 400, error: 'invalid_request' });
  });

  it('refuses another credential beside it (RFC 6749 §2.3)', async () => {
    const twice = { status: 400, error: 'invalid_request' };
    const { client_id: id, client_secret: secret } = secretive;
    const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    expect(await refusalOf(await send(bySecret(), { client_id: id, client_secret: secret }))).toEqual(twice);
    expect(await refusalOf(await send(bySecret(), {}, { authorization: basic }))).toEqual(twice);
    expect(await refusalOf(await send(signed(), { client_id: id }))).toEqual(twice);
  });

  it('is the only credential of a client that is registered for it: its secret is refused', async () => {
    const { client_id: id, client_secret: secret } = secretive;
    const grant = { grant_type: 'client_credentials' };
    const post = (parameters: RequestParameters, headers: Record<string, string> = {}) =>
      fetch(`${grantor.issuer}/oauth2/token`, {
        method: 'POST',
        headers,
        body: form({ ...grant, ...parameters }),
      });
    const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    expect(await refusalOf(await post({ client_id: id, client_secret: secret }))).toEqual(refused);
    expect(await refusalOf(await post({}, { authorization: basic }))).toEqual(refused);
    expect(await refusalOf(await post({ client_id: id }))).toEqual(refused);
    expect(await refusalOf(await post({ client_id: keyed }))).toEqual(refused);
  });

  it('does not authenticate a client that is registered to send its secret', async () => {
    const other = await grantor.register(program);
    const claims = claimsOf(other.client_id, grantor.issuer);
    expect(await refusalOf(await send(jwt({ alg: 'HS256' }, claims, hmac(other.client_secret))))).toEqual(
      refused,
    );
    // What is stored of the secret is not the secret.
    const record = await grantor.server.store.clients.find(other.client_id);
    const byHash = jwt({ alg: 'HS256' }, claims, hmac(Buffer.from(record?.secretHash ?? '')));
    expect(await refusalOf(await send(byHash))).toEqual(refused);
  });

  it('must be signed with the registered algorithm, if there is one (RFC 7591 §2)', async () => {
    const { client_id: id } = await grantor.register({
      ...program,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
      jwks,
    });
    const claims = () => claimsOf(id, grantor.issuer);
    expect((await send(jwt({ alg: 'RS256', kid: 'rsa' }, claims(), rsa(rsaKeys.privateKey)))).status).toBe(
      200,
    );
    const other = jwt(header, claims(), ecdsa(elliptical.privateKey));
    expect(await refusalOf(await send(other))).toEqual(refused);
  });

  it('is refused of a client that is disabled, deleted or unknown', async () => {
    const { client_id: id } = await grantor.register({
      ...program,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks,
    });
    const assertion = () => jwt(header, claimsOf(id, grantor.issuer), ecdsa(elliptical.privateKey));
    expect((await send(assertion())).status).toBe(200);
    await grantor.api('PATCH', `/clients/${id}`, { enabled: false });
    expect(await refusalOf(await send(assertion()))).toEqual(refused);
    await grantor.api('DELETE', `/clients/${id}`);
    expect(await refusalOf(await send(assertion()))).toEqual(refused);
  });

  it('cannot become the method of a client with other credentials, nor the other way round', async () => {
    const other = await grantor.register(program);
    for (const [id, method] of [
      [other.client_id, 'client_secret_jwt'],
      [secretive.client_id, 'client_secret_basic'],
      [keyed, 'none'],
    ]) {
      const response = await grantor.api('PATCH', `/clients/${id}`, { token_endpoint_auth_method: method });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('token_endpoint_auth_method');
    }
  });

  it('may have the token endpoint as audience if the operator allows it', async () => {
    const lenient = await startServer({ settings: { assertionAudience: 'issuer-or-token-endpoint' } });
    try {
      const metadata = { ...program, token_endpoint_auth_method: 'private_key_jwt', jwks };
      const { client_id: id } = await lenient.register(metadata);
      const post = (audience: unknown) =>
        postAssertion(
          lenient,
          '/oauth2/token',
          jwt(header, claimsOf(id, audience), ecdsa(elliptical.privateKey)),
          { grant_type: 'client_credentials' },
        );
      const endpoint = `${lenient.issuer}/oauth2/token`;
      for (const audience of [endpoint, [endpoint], lenient.issuer]) {
        expect((await post(audience)).status).toBe(200);
      }
      for (const audience of [[lenient.issuer, endpoint], `${lenient.issuer}/oauth2/revoke`]) {
        expect(await refusalOf(await post(audience))).toEqual(refused);
      }
    } finally {
      await lenient.stop();
    }
  });

  it('is announced with its algorithms, and never none (RFC 8414 §2)', async () => {
    const metadata = (await (
      await fetch(`${grantor.issuer}/.well-known/oauth-authorization-server`)
    ).json()) as Record<string, unknown>;
    const algorithms = [...clientSignatureAlgorithms, 'HS256', 'HS384', 'HS512'];
    for (const endpoint of ['token', 'revocation', 'introspection']) {
      expect(metadata[`${endpoint}_endpoint_auth_signing_alg_values_supported`]).toEqual(algorithms);
      expect(metadata[`${endpoint}_endpoint_auth_methods_supported`]).toEqual(
        expect.arrayContaining(['client_secret_jwt', 'private_key_jwt']),
      );
    }
  });
});

it('refuses a private key in place of a public one', async () => {
  const grantor = await startServer();
  try {
    const keys = [createSecretKey(Buffer.alloc(32)).export({ format: 'jwk' })];
    const metadata = { ...program, name: 'x', token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } };
    expect((await grantor.api('POST', '/clients', metadata)).status).toBe(400);
  } finally {
    await grantor.stop();
  }
});
