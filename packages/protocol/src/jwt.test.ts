import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { keySet, type VerifiedJwt, verifyJwt } from './index.js';

/** A token, and the JWK Set that its key is in. */
async function signed(alg: string, change: (jwk: JWK) => JWK = (jwk) => jwk, bits = 2048) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: bits });
  const jwk = change({ ...(await exportJWK(publicKey)), kid: 'key-1' });
  const token = await new SignJWT({ sub: 'user-1' })
    .setProtectedHeader({ alg, kid: 'key-1' })
    .sign(privateKey);
  return { token, jwk };
}

function verify(token: string, keys: readonly unknown[], algorithms: readonly string[]) {
  const findKey = keySet({ keys });
  if (findKey === undefined) throw new Error('not a JWK Set');
  return verifyJwt(token, { algorithms, findKey });
}

const ALGORITHMS = 'ES256 ES384 ES512 RS256 RS384 RS512 PS256 PS384 PS512 EdDSA Ed25519'.split(' ');

describe('a signed JWT', () => {
  it.each(ALGORITHMS)('is verified with %s (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2)', async (alg) => {
    const { token, jwk } = await signed(alg);
    expect(await verify(token, [jwk], [alg])).toEqual({
      header: { alg, kid: 'key-1' },
      claims: { sub: 'user-1' },
    } satisfies VerifiedJwt);
  });

  it.each(ALGORITHMS)('is refused with %s if one bit of the signature is wrong', async (alg) => {
    const { token, jwk } = await signed(alg);
    const [head, body, signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    const forged = `${head}.${body}.${bytes.toString('base64url')}`;
    expect(await verify(forged, [jwk], [alg])).toBe('has a wrong signature');
  });

  it.each(['', 'AA'])('is refused with the signature "%s", which is too short', async (signature) => {
    const { token, jwk } = await signed('ES256');
    const forged = `${token.split('.').slice(0, 2).join('.')}.${signature}`;
    expect(await verify(forged, [jwk], ['ES256'])).toBe('has a wrong signature');
  });

  it('is refused with an algorithm that the verifier does not accept (RFC 8725 §3.1)', async () => {
    const { token, jwk } = await signed('ES384');
    expect(await verify(token, [jwk], ['ES256'])).toMatch(/algorithm/);
  });

  it.each(['none', 'HS256', 'toString'])(
    'is refused with %s even if the verifier accepts it by mistake (RFC 8725 §3.2)',
    async (alg) => {
      const { token, jwk } = await signed('ES256');
      const head = Buffer.from(JSON.stringify({ alg })).toString('base64url');
      const forged = [head, ...token.split('.').slice(1)].join('.');
      expect(await verify(forged, [jwk], [alg])).toMatch(/algorithm/);
    },
  );

  it('is refused with a kid that is not a string', async () => {
    const { token, jwk } = await signed('ES256');
    const head = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 1 })).toString('base64url');
    expect(await verify([head, ...token.split('.').slice(1)].join('.'), [jwk], ['ES256'])).toMatch(/not a/);
  });
});

describe('a part of a JWT', () => {
  it('must be UTF-8 (RFC 7519 §7.2)', async () => {
    const { token, jwk } = await signed('ES256');
    const [head, , signature] = token.split('.');
    const body = Buffer.from([...Buffer.from('{"sub":"'), 0xff, ...Buffer.from('"}')]).toString('base64url');
    expect(await verify([head, body, signature].join('.'), [jwk], ['ES256'])).toMatch(/not a/);
  });
});

describe('a key set finds no key', () => {
  const KEY = 'is signed with a key (kid) that the issuer does not publish';

  it.each<[string, (jwk: JWK) => JWK]>([
    ['for encryption (RFC 7517 §4.2)', (jwk) => ({ ...jwk, use: 'enc' })],
    ['without the operation verify (RFC 7517 §4.3)', (jwk) => ({ ...jwk, key_ops: ['encrypt'] })],
    ['for another algorithm (RFC 7517 §4.4)', (jwk) => ({ ...jwk, alg: 'ES384' })],
    ['with another ID (RFC 7517 §4.5)', (jwk) => ({ ...jwk, kid: 'key-2' })],
    ['of another type', (jwk) => ({ ...jwk, kty: 'RSA' })],
    ['of another curve', (jwk) => ({ ...jwk, crv: 'P-384' })],
    ['that is not a point of the curve', (jwk) => ({ ...jwk, x: jwk.y ?? '' })],
  ])('%s', async (_, change) => {
    const { token, jwk } = await signed('ES256', change);
    expect(await verify(token, [jwk], ['ES256'])).toBe(KEY);
  });

  it('of fewer than 2048 bits for RSA (RFC 7518 §3.3)', async () => {
    const { subtle } = crypto;
    const parameters = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const pair = await subtle.generateKey(
      { ...parameters, modulusLength: 1024, publicExponent: Uint8Array.of(1, 0, 1) },
      true,
      ['sign', 'verify'],
    );
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const input = `${part({ alg: 'RS256' })}.${part({ sub: 'user-1' })}`;
    const signature = await subtle.sign(parameters, pair.privateKey, Buffer.from(input));
    const token = `${input}.${Buffer.from(signature).toString('base64url')}`;
    const jwk = await subtle.exportKey('jwk', pair.publicKey);
    expect(await verify(token, [{ kty: jwk.kty, n: jwk.n, e: jwk.e }], ['RS256'])).toBe(KEY);
  });

  it('if two keys match', async () => {
    const { token, jwk } = await signed('ES256');
    expect(await verify(token, [jwk, jwk], ['ES256'])).toBe(KEY);
  });

  it.each([undefined, {}, { keys: {} }])('in %j, which is not a JWK Set', (jwks) => {
    expect(keySet(jwks)).toBeUndefined();
  });
});
