import {
  type CryptoKey,
  compactDecrypt,
  createRemoteJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const keyAlgorithms = ['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW'] as const;
const contentAlgorithms = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const;

/** A key that an app's developer keeps, and what of it is registered. */
interface DecryptionKey {
  readonly privateKey: CryptoKey;
  readonly jwk: Record<string, unknown>;
}

let grantor: TestServer;
let keys: Map<string, DecryptionKey>;

beforeAll(async () => {
  grantor = await startServer();
  keys = new Map();
  for (const algorithm of keyAlgorithms) keys.set(algorithm, await createKey(algorithm));
});
afterAll(() => grantor.stop());

async function createKey(algorithm: string, options: { crv?: string } = {}): Promise<DecryptionKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true, ...options });
  const jwk = { ...(await exportJWK(publicKey)), kid: `for ${algorithm}`, use: 'enc' };
  return { privateKey, jwk };
}

function keyFor(algorithm: string): DecryptionKey {
  const key = keys.get(algorithm);
  if (key === undefined) throw new Error(`no key for ${algorithm}`);
  return key;
}

/** An app that has what `what` names encrypted. */
function appFor(
  what: 'id_token' | 'userinfo',
  algorithm: string,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<TestApp> {
  return registerApp(grantor, {
    jwks: { keys: [keyFor(algorithm).jwk] },
    [`${what}_encrypted_response_alg`]: algorithm,
    ...metadata,
  });
}

/** Opens a nested JWT as its app does: decrypts, then verifies (RFC 7519 §7.2). */
async function open(
  jwe: string,
  { privateKey }: DecryptionKey,
  app: TestApp,
): Promise<{ header: Record<string, unknown>; claims: JWTPayload }> {
  const { plaintext, protectedHeader } = await compactDecrypt(jwe, privateKey);
  const { payload } = await jwtVerify(
    new TextDecoder().decode(plaintext),
    createRemoteJWKSet(new URL(`${grantor.issuer}/oauth2/jwks`)),
    { issuer: grantor.issuer, audience: app.id },
  );
  return { header: { ...protectedHeader }, claims: payload };
}

/** An app whose only key is for signatures. */
async function keyless(what: 'id_token' | 'userinfo', metadata: Readonly<Record<string, unknown>> = {}) {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), use: 'sig' };
  return appFor(what, 'ECDH-ES', { jwks: { keys: [jwk] }, ...metadata });
}

describe('an encrypted ID token (OpenID Connect Core 1.0 §10.2)', () => {
  it.each(keyAlgorithms)('is signed first, then encrypted with %s', async (algorithm) => {
    const app = await appFor('id_token', algorithm);
    const { id_token: idToken } = await app.tokens({ nonce: 'the nonce' });
    const { header, claims } = await open(idToken, keyFor(algorithm), app);
    expect(header).toMatchObject({
      alg: algorithm,
      enc: 'A128CBC-HS256', // the default of OpenID Connect Registration 1.0 §2
      cty: 'JWT', // RFC 7519 §5.2
      kid: `for ${algorithm}`,
    });
    expect(claims.nonce).toBe('the nonce');
  });

  it.each(contentAlgorithms)('has its content encrypted with %s if that is registered', async (enc) => {
    const app = await appFor('id_token', 'ECDH-ES', { id_token_encrypted_response_enc: enc });
    const { id_token: idToken } = await app.tokens();
    expect((await open(idToken, keyFor('ECDH-ES'), app)).header.enc).toBe(enc);
  });

  it('may be for an X25519 key (RFC 8037 §3.2)', async () => {
    const key = await createKey('ECDH-ES', { crv: 'X25519' });
    const app = await appFor('id_token', 'ECDH-ES', { jwks: { keys: [key.jwk] } });
    const { id_token: idToken } = await app.tokens();
    expect((await open(idToken, key, app)).claims.aud).toBe(app.id);
  });

  it('is also encrypted in the authorization response and at a refresh', async () => {
    const app = await appFor('id_token', 'RSA-OAEP-256', { response_types: ['code', 'code id_token'] });
    const answer = await app.authorize({ response_type: 'code id_token', nonce: 'the nonce' });
    const inFragment = new URLSearchParams(answer.hash.slice(1)).get('id_token') ?? '';
    expect((await open(inFragment, keyFor('RSA-OAEP-256'), app)).claims.nonce).toBe('the nonce');
    const tokens = await app.tokens({ scope: 'openid offline_access' });
    const refreshed = (await (await app.refresh(tokens.refresh_token)).json()) as { id_token: string };
    expect((await open(refreshed.id_token, keyFor('RSA-OAEP-256'), app)).claims.aud).toBe(app.id);
  });
});

describe('encrypted userinfo (OpenID Connect Core 1.0 §5.3.2)', () => {
  it('is signed first if the app registered for both', async () => {
    const app = await appFor('userinfo', 'ECDH-ES+A256KW', {
      userinfo_signed_response_alg: 'RS256',
      userinfo_encrypted_response_enc: 'A256GCM',
    });
    const response = await app.userinfo((await app.tokens()).access_token);
    expect(response.headers.get('content-type')).toBe('application/jwt');
    const { header, claims } = await open(await response.text(), keyFor('ECDH-ES+A256KW'), app);
    expect(header).toMatchObject({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', cty: 'JWT' });
    expect(claims.sub).toEqual(expect.any(String));
  });

  it('contains JSON if the app registered no signature', async () => {
    const app = await appFor('userinfo', 'RSA-OAEP');
    const response = await app.userinfo((await app.tokens()).access_token);
    expect(response.headers.get('content-type')).toBe('application/jwt');
    const { plaintext, protectedHeader } = await compactDecrypt(
      await response.text(),
      keyFor('RSA-OAEP').privateKey,
    );
    expect(protectedHeader.cty).toBeUndefined();
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject({
      aud: app.id,
      iss: grantor.issuer,
    });
  });

  it('does not change the ID token', async () => {
    const app = await appFor('userinfo', 'RSA-OAEP');
    const { id_token: idToken } = await app.tokens();
    expect(decodeProtectedHeader(idToken).alg).toBe('RS256');
  });
});

describe('an app without a matching key', () => {
  it('gets the error at the token endpoint, and nothing unencrypted', async () => {
    const app = await keyless('id_token');
    const code = await app.code();
    const response = await app.exchange(code);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: 'invalid_request',
      error_description: "This app's id_token cannot be encrypted: none of the keys of this app fits",
    });
    // Its code is unspent: it may register a key and come back.
    expect((await app.exchange(code)).status).toBe(400);
  });

  it('gets the error at its redirect URI', async () => {
    const app = await keyless('id_token', { response_types: ['code id_token'] });
    const answer = await app.authorize({ response_type: 'code id_token', nonce: 'n', state: 'the state' });
    const told = new URLSearchParams(answer.hash.slice(1));
    expect([told.get('error'), told.get('state'), told.get('code')]).toEqual([
      'invalid_request',
      'the state',
      null,
    ]);
  });

  it('gets the error at the userinfo endpoint', async () => {
    const app = await keyless('userinfo');
    const response = await app.userinfo((await app.tokens()).access_token);
    expect(await refusalOf(response)).toEqual({ status: 400, error: 'invalid_request' });
  });

  it('is refused if its jwks_uri leads into the private network, without details of that network (SSRF)', async () => {
    const app = await registerApp(grantor, {
      jwks_uri: 'https://169.254.169.254/keys',
      userinfo_encrypted_response_alg: 'ECDH-ES',
    });
    const response = await app.userinfo((await app.tokens()).access_token);
    expect(await response.json()).toEqual({
      error: 'invalid_request',
      error_description:
        "This app's userinfo cannot be encrypted: the key set at this app's 'jwks_uri' could not be fetched",
    });
  });
});

it('is in the metadata with its algorithms (OpenID Connect Discovery 1.0 §3)', async () => {
  const response = await fetch(`${grantor.issuer}/.well-known/openid-configuration`);
  expect(await response.json()).toMatchObject({
    id_token_encryption_alg_values_supported: keyAlgorithms,
    id_token_encryption_enc_values_supported: contentAlgorithms,
    userinfo_encryption_alg_values_supported: keyAlgorithms,
    userinfo_encryption_enc_values_supported: contentAlgorithms,
  });
});
