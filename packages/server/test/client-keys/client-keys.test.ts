import { type CryptoKey, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createClientKeys } from '../../src/client-keys/client-keys.js';
import { ClientKeysError } from '../../src/client-keys/client-keys-error.js';
import { OutboundError } from '../../src/outbound/outbound.js';
import type { ClientMetadata, ClientRecord } from '../../src/storage/ports/index.js';

interface Pair {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
}

let first: Pair;
let second: Pair;
let encryption: Pair;

beforeAll(async () => {
  first = await pair('ES256');
  second = await pair('ES256');
  encryption = await pair('ECDH-ES');
});

async function pair(algorithm: string): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { privateKey, publicJwk: await exportJWK(publicKey), privateJwk: await exportJWK(privateKey) };
}

function client(metadata: ClientMetadata): ClientRecord {
  return {
    id: 'app',
    name: 'App',
    secretHash: null,
    sealedSecret: null,
    authenticationMethod: 'none',
    redirectUris: [],
    grantTypes: [],
    responseTypes: [],
    scopes: [],
    accessTokenFormat: 'jwt',
    idTokenAlgorithm: 'ES256',
    audience: null,
    compatibility: [],
    metadata,
    enabled: true,
    isSuspended: false,
    createdBy: null,
    modifiedBy: null,
    previousSecret: null,
    credentialsVersion: 0,
    scopeRequests: [],
    createdAt: 0,
    updatedAt: 0,
  };
}

const byReference = client({ jwks_uri: 'https://app.example.com/keys' });

function withKeys(...keys: JWK[]): ClientRecord {
  return client({ jwks: { keys } });
}

function sign({ privateKey }: Pair, header: { kid?: string; jwk?: JWK } = {}): Promise<string> {
  return new SignJWT({ sub: 'app' }).setProtectedHeader({ alg: 'ES256', ...header }).sign(privateKey);
}

/** A world in which the app's server answers with these documents in turn, the last one for good. */
function world(...documents: unknown[]) {
  const state = { now: 1000, calls: 0 };
  const keys = createClientKeys(
    {
      async get() {
        const document = documents[Math.min(state.calls, documents.length - 1)];
        state.calls += 1;
        if (document instanceof Error) throw document;
        return { status: 200, headers: new Headers(), body: JSON.stringify(document) };
      },
      post: () => Promise.reject(new Error('nothing is posted')),
    },
    () => state.now,
  );
  const verify = async (token: string, who = byReference) =>
    (await jwtVerify(token, keys.verificationKey(who))).payload.sub;
  return { state, keys, verify };
}

describe('the key of a signature (RFC 7517 §4, OpenID Connect Core 1.0 §10.1)', () => {
  it('is found by its kid', async () => {
    const app = withKeys({ ...first.publicJwk, kid: '1' }, { ...second.publicJwk, kid: '2' });
    const { verify } = world();
    await expect(verify(await sign(second, { kid: '2' }), app)).resolves.toBe('app');
    await expect(verify(await sign(second, { kid: '1' }), app)).rejects.toThrow(
      'signature verification failed',
    );
    await expect(verify(await sign(second, { kid: '3' }), app)).rejects.toBeInstanceOf(ClientKeysError);
  });

  it('is found without a kid, among several too', async () => {
    const app = withKeys(first.publicJwk, second.publicJwk);
    const { verify } = world();
    await expect(verify(await sign(second), app)).resolves.toBe('app');
    await expect(verify(await sign(second), withKeys(second.publicJwk))).resolves.toBe('app');
    await expect(verify(await sign(second), withKeys(first.publicJwk))).rejects.toBeInstanceOf(
      ClientKeysError,
    );
  });

  it('is none that is meant for another algorithm or use', async () => {
    const { verify } = world();
    const token = await sign(first);
    for (const limits of [{ alg: 'ES384' }, { use: 'enc' }, { key_ops: ['sign'] }]) {
      await expect(verify(token, withKeys({ ...first.publicJwk, ...limits }))).rejects.toBeInstanceOf(
        ClientKeysError,
      );
    }
    const fitting = { ...first.publicJwk, alg: 'ES256', use: 'sig', key_ops: ['verify'] };
    await expect(verify(token, withKeys(fitting))).resolves.toBe('app');
  });

  it('is never the one that the header brings along (CVE-2026-27962)', async () => {
    const { verify } = world();
    const token = await sign(second, { jwk: second.publicJwk });
    await expect(verify(token, withKeys(first.publicJwk))).rejects.toBeInstanceOf(ClientKeysError);
  });

  it('does not come from a set with private or symmetric keys, or from none', async () => {
    const { verify } = world();
    const token = await sign(first);
    const unusable: [ClientMetadata, string][] = [
      [{ jwks: { keys: [{ ...first.privateJwk }] } }, 'must not have private keys'],
      [
        { jwks: { keys: [{ ...first.publicJwk }, { kty: 'oct', k: 'c2VjcmV0' }] } },
        'must not have symmetric keys',
      ],
      [{ jwks: { keys: [{}] } }, "must have a 'kty'"],
      [{ jwks: { keys: [{ kty: 'EC', kid: 1 }] } }, 'must have strings'],
      [{}, "neither 'jwks' nor 'jwks_uri'"],
    ];
    for (const [metadata, why] of unusable) {
      const call = verify(token, client(metadata));
      await expect(call).rejects.toThrow(why);
      await expect(call).rejects.toBeInstanceOf(ClientKeysError);
    }
  });
});

describe('a set behind a jwks_uri', () => {
  it('is fetched once for many signatures, and anew when it is old', async () => {
    const { state, verify } = world({ keys: [first.publicJwk] });
    const token = await sign(first);
    await Promise.all([verify(token), verify(token), verify(token)]);
    state.now += 299;
    await verify(token);
    expect(state.calls).toBe(1);
    state.now += 1;
    await Promise.all([verify(token), verify(token)]);
    expect(state.calls).toBe(2);
  });

  it('is fetched anew for a key that it does not have (OpenID Connect Core 1.0 §10.1.1)', async () => {
    const rotated = { keys: [{ ...second.publicJwk, kid: '2' }] };
    const { state, verify } = world({ keys: [{ ...first.publicJwk, kid: '1' }] }, rotated);
    await verify(await sign(first, { kid: '1' }));
    state.now += 30;
    const token = await sign(second, { kid: '2' });
    await Promise.all([verify(token), verify(token)]);
    expect(state.calls).toBe(2);
  });

  it('is fetched anew where the key has no kid and was replaced', async () => {
    const { state, verify } = world({ keys: [first.publicJwk] }, { keys: [second.publicJwk] });
    await verify(await sign(first));
    state.now += 30;
    await expect(verify(await sign(second))).resolves.toBe('app');
  });

  it('is not fetched more than once in 30 seconds for invented key IDs (amplification)', async () => {
    const { state, verify } = world({ keys: [{ ...first.publicJwk, kid: '1' }] });
    const attack = async (kid: string) =>
      expect(verify(await sign(second, { kid }))).rejects.toBeInstanceOf(ClientKeysError);
    for (const kid of ['a', 'b', 'c']) await attack(kid);
    state.now += 29;
    await attack('d');
    expect(state.calls).toBe(1);
    state.now += 1;
    for (const kid of ['e', 'f']) await attack(kid);
    expect(state.calls).toBe(2);
  });

  it('is not asked for again at once when it did not come', async () => {
    const down = new OutboundError('connect ECONNREFUSED 10.0.0.1:443');
    const { state, verify } = world(down, { keys: [first.publicJwk] });
    const token = await sign(first);
    const call = verify(token);
    await expect(call).rejects.toThrow("'jwks_uri' could not be fetched");
    await expect(call).rejects.not.toThrow('10.0.0.1');
    await expect(verify(token)).rejects.toBeInstanceOf(ClientKeysError);
    expect(state.calls).toBe(1);
    state.now += 30;
    await expect(verify(token)).resolves.toBe('app');
  });

  it('stays in use while it is fresh, although a later call failed', async () => {
    const { state, verify } = world({ keys: [{ ...first.publicJwk, kid: '1' }] }, new OutboundError('down'));
    const token = await sign(first, { kid: '1' });
    await verify(token);
    state.now += 30;
    await expect(verify(await sign(second, { kid: '2' }))).rejects.toBeInstanceOf(ClientKeysError);
    await expect(verify(token)).resolves.toBe('app');
    state.now += 270;
    await expect(verify(token)).rejects.toBeInstanceOf(ClientKeysError);
  });

  it('must be a key set without private keys', async () => {
    for (const document of [null, [], 'keys', { keys: {} }, { keys: [null] }, { keys: [first.privateJwk] }]) {
      const { verify } = world(document);
      await expect(verify(await sign(first))).rejects.toBeInstanceOf(ClientKeysError);
    }
  });
});

it('survives keys with anything in members that are not read', async () => {
  let deep: unknown = [];
  for (let depth = 0; depth < 1000; depth += 1) deep = [deep];
  const { verify } = world({ keys: [{ ...first.publicJwk, deep, __proto__: null, alg: 'ES256' }] });
  await expect(verify(await sign(first))).resolves.toBe('app');
  for (const members of [{ key_ops: [deep] }, { kid: deep }, { n: 'n'.repeat(2732) }, { kty: deep }]) {
    const unusable = world({ keys: [{ ...first.publicJwk, ...members }] });
    await expect(unusable.verify(await sign(first))).rejects.toBeInstanceOf(ClientKeysError);
  }
});

describe('the key to encrypt with (OpenID Connect Core 1.0 §10.2)', () => {
  it('is one for encryption and for the algorithm', async () => {
    const { keys } = world();
    const app = withKeys(
      { ...first.publicJwk, kid: 'signs', use: 'sig' },
      { ...second.publicJwk, kid: 'another algorithm', alg: 'ECDH-ES+A128KW' },
      { ...second.publicJwk, kid: 'does not say' },
      { ...encryption.publicJwk, kid: 'encrypts', use: 'enc' },
    );
    await expect(keys.encryptionKey(app, 'ECDH-ES')).resolves.toMatchObject({ kid: 'encrypts' });
  });

  it('is one that does not say what it is for, where there is no other', async () => {
    const { keys } = world();
    const app = withKeys({ ...encryption.publicJwk, kid: 'does not say' });
    await expect(keys.encryptionKey(app, 'ECDH-ES')).resolves.toMatchObject({ kid: 'does not say' });
  });

  it('is none of another type, for signatures alone, or too short', async () => {
    const { keys } = world();
    const short = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(128, 0xab).toString('base64url') };
    for (const app of [withKeys(short), withKeys(encryption.publicJwk), withKeys()]) {
      await expect(keys.encryptionKey(app, 'RSA-OAEP-256')).rejects.toThrow(
        'none of the keys of this app fits',
      );
    }
    await expect(keys.encryptionKey(withKeys({ ...first.publicJwk, use: 'sig' }), 'ECDH-ES')).rejects.toThrow(
      'none of the keys of this app fits',
    );
    const broken = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' };
    await expect(keys.encryptionKey(withKeys(broken), 'ECDH-ES')).rejects.toBeInstanceOf(ClientKeysError);
  });
});
