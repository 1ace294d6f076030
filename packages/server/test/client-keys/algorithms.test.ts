import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { clientSignatureAlgorithms } from '../../src/protocol/index.js';
import { claimsOf, postAssertion } from '../client-assertion/assertions.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });

/** A key for each algorithm of the table; RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. */
const keys: Readonly<Record<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>> = {
  ES256: curve('P-256'),
  ES384: curve('P-384'),
  ES512: curve('P-521'),
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  EdDSA: ed25519,
  Ed25519: ed25519,
};

const jwkOf = (key: KeyObject) => ({ ...key.export({ format: 'jwk' }) });

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer({ settings: { registration: 'open' } });
});
afterAll(() => grantor.stop());

const program = {
  grant_types: ['client_credentials'],
  redirect_uris: [],
  token_endpoint_auth_method: 'private_key_jwt',
};

const post = (jwks: unknown, metadata: Readonly<Record<string, unknown>> = {}) =>
  grantor.api('POST', '/clients', { name: 'Program', ...program, ...metadata, jwks });

describe('an algorithm of client signatures', () => {
  it('is one of the table, which discovery publishes (OpenID Connect Discovery 1.0 §3)', async () => {
    expect(Object.keys(keys)).toEqual(clientSignatureAlgorithms);
    const response = await fetch(`${grantor.issuer}/.well-known/openid-configuration`);
    const metadata = (await response.json()) as Record<string, readonly string[]>;
    expect(metadata.request_object_signing_alg_values_supported).toEqual(
      expect.arrayContaining([...clientSignatureAlgorithms]),
    );
    expect(metadata.token_endpoint_auth_signing_alg_values_supported).toEqual(
      expect.arrayContaining([...clientSignatureAlgorithms]),
    );
  });

  it.each(clientSignatureAlgorithms)('%s is accepted for a client assertion (RFC 7523 §3)', async (alg) => {
    const { publicKey, privateKey } = keys[alg] ?? rsa;
    const client = await grantor.register({
      ...program,
      token_endpoint_auth_signing_alg: alg,
      jwks: { keys: [jwkOf(publicKey)] },
    });
    const assertion = await new SignJWT(claimsOf(client.client_id, grantor.issuer))
      .setProtectedHeader({ alg })
      .sign(privateKey);
    const response = await postAssertion(grantor, '/oauth2/token', assertion, {
      grant_type: 'client_credentials',
    });
    expect(response.status).toBe(200);
  });

  it.each(clientSignatureAlgorithms)('%s is accepted for a request object (RFC 9101 §4)', async (alg) => {
    const { publicKey, privateKey } = keys[alg] ?? rsa;
    const app = await registerApp(grantor, {
      request_object_signing_alg: alg,
      jwks: { keys: [jwkOf(publicKey)] },
    });
    const request = await new SignJWT({ state: 'inside' }).setProtectedHeader({ alg }).sign(privateKey);
    expect((await app.authorize({ request })).searchParams.get('state')).toBe('inside');
  });
});

describe('a private_key_jwt client of which no key can be used (OpenID Connect Core 1.0 §9)', () => {
  const p256 = () => jwkOf((keys.ES256 ?? rsa).publicKey);

  it.each<[string, () => object, Readonly<Record<string, string>>]>([
    ['is on a curve of no algorithm', () => jwkOf(curve('secp256k1').publicKey), {}],
    ['is for key agreement', () => jwkOf(generateKeyPairSync('x25519').publicKey), {}],
    ['is for encryption', () => ({ ...p256(), use: 'enc' }), {}],
    ['may not verify', () => ({ ...p256(), key_ops: ['deriveBits'] }), {}],
    ['names an algorithm of no signature', () => ({ ...jwkOf(rsa.publicKey), alg: 'RSA-OAEP' }), {}],
    ['names an algorithm of another key', () => ({ ...p256(), alg: 'ES384' }), {}],
    ['is not for the registered one', p256, { token_endpoint_auth_signing_alg: 'RS256' }],
  ])('is refused by name if it %s', async (_, key, metadata) => {
    const response = await post({ keys: [key()] }, metadata);
    expect(response.status).toBe(400);
    const body = await response.text();
    expect(body).toContain('jwks');
    expect(body).toContain('must have a key for private_key_jwt');
    expect(body).toContain(metadata.token_endpoint_auth_signing_alg ?? 'ES512');
  });

  it('is registered if one of its keys can be used', async () => {
    expect((await post({ keys: [{ ...p256(), use: 'enc' }, p256()] })).status).toBe(201);
  });

  it('is refused at the registration endpoint too (RFC 7591 §3.2.2)', async () => {
    const response = await fetch(`${grantor.issuer}/oauth2/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: ['https://app.example.com/callback'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [jwkOf(curve('secp256k1').publicKey)] },
      }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: 'invalid_client_metadata',
      error_description: expect.stringContaining('must have a key for private_key_jwt'),
    });
  });
});

describe('an RSA key that costs too much to verify with (denial of service)', () => {
  it.each([
    ['a modulus of more than 4096 bits', { n: Buffer.alloc(1024, 0xab).toString('base64url') }, '4096 bits'],
    ['an exponent other than 65537', { e: 'Aw' }, 'must have the RSA exponent 65537'],
    [
      'a very large exponent',
      { e: Buffer.alloc(255, 0x7f).toString('base64url') },
      'must have the RSA exponent',
    ],
  ])('is refused at registration and at a change: %s', async (_, numbers, problem) => {
    const jwks = { keys: [{ ...jwkOf(rsa.publicKey), ...numbers }] };
    const refused = await post(jwks);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain(problem);
    const client = await grantor.register({ ...program, jwks: { keys: [jwkOf(rsa.publicKey)] } });
    const change = await grantor.api('PUT', `/clients/${client.client_id}`, { name: 'Program', jwks });
    expect(change.status).toBe(400);
    expect(await change.text()).toContain(problem);
  });

  it('is accepted with an exponent that the operator allows (GRANTOR_CLIENT_RSA_EXPONENTS)', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
    const lenient = await startServer({ settings: { clientRsaExponents: [3, 65_537] } });
    try {
      const client = await lenient.register({ ...program, jwks: { keys: [jwkOf(publicKey)] } });
      const assertion = await new SignJWT(claimsOf(client.client_id, lenient.issuer))
        .setProtectedHeader({ alg: 'RS256' })
        .sign(privateKey);
      const response = await postAssertion(lenient, '/oauth2/token', assertion, {
        grant_type: 'client_credentials',
      });
      expect(response.status).toBe(200);
    } finally {
      await lenient.stop();
    }
  });
});
