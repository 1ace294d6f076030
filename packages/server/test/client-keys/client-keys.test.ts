import { type CryptoKey, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createClientKeys } from '../../src/client-keys/client-keys.js';
import { ClientKeysError } from '../../src/client-keys/client-keys-error.js';
import { createMemoryTables } from '../../src/memory/tables.js';
import { type Outbound, type OutboundCaller, OutboundError } from '../../src/outbound/outbound.js';
import type { ClientMetadata, ClientRecord } from '../../src/storage/ports/index.js';
import { client } from '../storage/fixtures.js';

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

const byReference = client({ id: 'app', metadata: { jwks_uri: 'https://app.example.com/keys' } });

function withKeys(...keys: JWK[]): ClientRecord {
  return client({ id: 'app', metadata: { jwks: { keys } } });
}

function sign({ privateKey }: Pair, header: { kid?: string; jwk?: JWK } = {}): Promise<string> {
  return new SignJWT({ sub: 'app' }).setProtectedHeader({ alg: 'ES256', ...header }).sign(privateKey);
}

/** Client keys whose jwks_uri responds with these documents in turn, and then always with the last one. */
function keysBehind(...documents: unknown[]) {
  const state = { now: 1000, calls: 0 };
  const asked: string[] = [];
  const callers: OutboundCaller[] = [];
  const outbound: Outbound = {
    async get(uri, _accept, caller) {
      asked.push(uri);
      callers.push(caller);
      const document = documents[Math.min(state.calls, documents.length - 1)];
      state.calls += 1;
      if (document instanceof Error) throw document;
      return { status: 200, headers: new Headers(), body: JSON.stringify(document) };
    },
    download: () => Promise.reject(new Error('nothing is downloaded')),
    post: () => Promise.reject(new Error('nothing is posted')),
    request: () => Promise.reject(new Error('nothing else is requested')),
  };
  const keys = createClientKeys({
    outbound,
    clock: () => state.now,
    tables: createMemoryTables(),
    rsaExponents: [65_537],
  });
  const verify = async (token: string, who = byReference) =>
    (await jwtVerify(token, keys.verificationKey(who))).payload.sub;
  return { state, asked, callers, keys, verify };
}

describe('the key of a signature (RFC 7517 §4, OpenID Connect Core 1.0 §10.1)', () => {
  it('is found by its kid', async () => {
    const app = withKeys({ ...first.publicJwk, kid: '1' }, { ...second.publicJwk, kid: '2' });
    const { verify } = keysBehind();
    await expect(verify(await sign(second, { kid: '2' }), app)).resolves.toBe('app');
    await expect(verify(await sign(second, { kid: '1' }), app)).rejects.toThrow(
      'signature verification failed',
    );
    await expect(verify(await sign(second, { kid: '3' }), app)).rejects.toBeInstanceOf(ClientKeysError);
  });

  it('is found without a kid, among several too', async () => {
    const app = withKeys(first.publicJwk, second.publicJwk);
    const { verify } = keysBehind();
    await expect(verify(await sign(second), app)).resolves.toBe('app');
    await expect(verify(await sign(second), withKeys(second.publicJwk))).resolves.toBe('app');
    await expect(verify(await sign(second), withKeys(first.publicJwk))).rejects.toBeInstanceOf(
      ClientKeysError,
    );
  });

  it('is not a key for another algorithm or use', async () => {
    const { verify } = keysBehind();
    const token = await sign(first);
    for (const limits of [{ alg: 'ES384' }, { use: 'enc' }, { key_ops: ['sign'] }]) {
      await expect(verify(token, withKeys({ ...first.publicJwk, ...limits }))).rejects.toBeInstanceOf(
        ClientKeysError,
      );
    }
    const fitting = { ...first.publicJwk, alg: 'ES256', use: 'sig', key_ops: ['verify'] };
    await expect(verify(token, withKeys(fitting))).resolves.toBe('app');
  });

  it('is never a key in the header (CVE-2026-27962)', async () => {
    const { verify } = keysBehind();
    const token = await sign(second, { jwk: second.publicJwk });
    await expect(verify(token, withKeys(first.publicJwk))).rejects.toBeInstanceOf(ClientKeysError);
  });

  it('does not come from a set with private or symmetric keys, or from none', async () => {
    const { verify } = keysBehind();
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
      const call = verify(token, client({ id: 'app', metadata }));
      await expect(call).rejects.toThrow(why);
      await expect(call).rejects.toBeInstanceOf(ClientKeysError);
    }
  });
});

describe('a set behind a jwks_uri', () => {
  it('is fetched once for many signatures, and again after its lifetime', async () => {
    const { state, verify } = keysBehind({ keys: [first.publicJwk] });
    const token = await sign(first);
    await Promise.all([verify(token), verify(token), verify(token)]);
    state.now += 299;
    await verify(token);
    expect(state.calls).toBe(1);
    state.now += 1;
    await Promise.all([verify(token), verify(token)]);
    expect(state.calls).toBe(2);
  });

  it('is fetched again at once for an unknown key (OpenID Connect Core 1.0 §10.1.1)', async () => {
    const rotated = { keys: [{ ...second.publicJwk, kid: '2' }] };
    const { state, verify } = keysBehind({ keys: [{ ...first.publicJwk, kid: '1' }] }, rotated);
    await verify(await sign(first, { kid: '1' }));
    const token = await sign(second, { kid: '2' });
    await Promise.all([verify(token), verify(token)]);
    expect(state.calls).toBe(2);
  });

  it('is fetched again if a key was replaced without a kid or with the same one', async () => {
    for (const kid of [{}, { kid: '1' }]) {
      const { verify } = keysBehind(
        { keys: [{ ...first.publicJwk, ...kid }] },
        { keys: [{ ...second.publicJwk, ...kid }] },
      );
      await verify(await sign(first, kid));
      await expect(verify(await sign(second, kid))).resolves.toBe('app');
    }
  });

  it('is not fetched a second time for the request that fetched it', async () => {
    const { state, verify } = keysBehind({ keys: [{ ...first.publicJwk, kid: '1' }] });
    await expect(verify(await sign(second, { kid: '2' }))).rejects.toBeInstanceOf(ClientKeysError);
    expect(state.calls).toBe(1);
  });

  it('is fetched three times at once for invented key IDs, and then every five seconds (amplification)', async () => {
    const { state, verify } = keysBehind({ keys: [{ ...first.publicJwk, kid: '1' }] });
    const attack = async (kid: string) =>
      expect(verify(await sign(second, { kid }))).rejects.toBeInstanceOf(ClientKeysError);
    await verify(await sign(first, { kid: '1' }));
    for (const kid of ['a', 'b', 'c', 'd', 'e']) await attack(kid);
    expect(state.calls).toBe(4);
    state.now += 4;
    await attack('f');
    expect(state.calls).toBe(4);
    state.now += 1;
    for (const kid of ['g', 'h']) await attack(kid);
    expect(state.calls).toBe(5);
  });

  it('is not fetched again at once after a failure', async () => {
    const down = new OutboundError('connect ECONNREFUSED 10.0.0.1:443');
    const { state, verify } = keysBehind(down, { keys: [first.publicJwk] });
    const token = await sign(first);
    const call = verify(token);
    await expect(call).rejects.toThrow("'jwks_uri' could not be fetched");
    await expect(call).rejects.not.toThrow('10.0.0.1');
    await expect(verify(token)).rejects.toBeInstanceOf(ClientKeysError);
    expect(state.calls).toBe(1);
    state.now += 30;
    await expect(verify(token)).resolves.toBe('app');
  });

  it('is fetched again at once if Grantor was too busy to fetch it', async () => {
    const busy = new OutboundError('too many calls are under way', { foundNoSlot: true });
    const { state, verify } = keysBehind(busy, { keys: [first.publicJwk] });
    const token = await sign(first);
    await expect(verify(token)).rejects.toBeInstanceOf(ClientKeysError);
    await expect(verify(token)).resolves.toBe('app');
    expect(state.calls).toBe(2);
  });

  it('has slots in reserve while the last call to its URI was answered, and not before or after', async () => {
    const { state, callers, verify } = keysBehind(
      { keys: [first.publicJwk] },
      { keys: [first.publicJwk] },
      new OutboundError('down'),
    );
    const token = await sign(first);
    for (let call = 0; call < 4; call += 1) {
      await verify(token);
      state.now += 300;
    }
    expect(callers.map(({ hasResponded }) => hasResponded)).toEqual([false, true, true, false]);
  });

  it('stays in use for an hour after its lifetime while it cannot be fetched, and no longer', async () => {
    const { state, verify } = keysBehind(
      { keys: [{ ...first.publicJwk, kid: '1' }] },
      new OutboundError('down'),
    );
    const token = await sign(first, { kid: '1' });
    await verify(token);
    await expect(verify(await sign(second, { kid: '2' }))).rejects.toBeInstanceOf(ClientKeysError);
    await expect(verify(token)).resolves.toBe('app');
    state.now += 300 + 3599;
    await expect(verify(token)).resolves.toBe('app');
    const calls = state.calls;
    await expect(verify(token)).resolves.toBe('app');
    expect(state.calls).toBe(calls);
    state.now += 1;
    await expect(verify(token)).rejects.toBeInstanceOf(ClientKeysError);
  });

  it('does not stay in use once its URI responds with other keys', async () => {
    const { state, verify } = keysBehind({ keys: [first.publicJwk] }, { keys: [second.publicJwk] });
    const token = await sign(first);
    await verify(token);
    state.now += 300;
    await expect(verify(token)).rejects.toBeInstanceOf(ClientKeysError);
  });

  it('is fetched for each app separately: an app with the URI of another cannot delay it', async () => {
    const { verify } = keysBehind(new OutboundError('too many calls are under way'), {
      keys: [first.publicJwk],
    });
    const token = await sign(first);
    const other: ClientRecord = { ...byReference, id: 'another app' };
    await expect(verify(token, other)).rejects.toBeInstanceOf(ClientKeysError);
    await expect(verify(token)).resolves.toBe('app');
  });

  it('is evicted after 200 others: the least recently used one first', async () => {
    const { asked, verify } = keysBehind({ keys: [first.publicJwk] });
    const token = await sign(first);
    const app = (index: number) =>
      client({ id: 'app', metadata: { jwks_uri: `https://app-${index}.example.com/keys` } });
    for (let index = 0; index < 200; index += 1) await verify(token, app(index));
    await verify(token, app(0));
    expect(asked).toHaveLength(200);
    await verify(token, app(200));
    await verify(token, app(0));
    expect(asked).toHaveLength(201);
    await verify(token, app(1));
    expect(asked).toHaveLength(202);
    expect(asked.at(-1)).toBe('https://app-1.example.com/keys');
  });

  it('must be a key set without private keys', async () => {
    for (const document of [null, [], 'keys', { keys: {} }, { keys: [null] }, { keys: [first.privateJwk] }]) {
      const { verify } = keysBehind(document);
      await expect(verify(await sign(first))).rejects.toBeInstanceOf(ClientKeysError);
    }
  });
});

it('may have any values in members that are not read', async () => {
  let deep: unknown = [];
  for (let depth = 0; depth < 1000; depth += 1) deep = [deep];
  const { verify } = keysBehind({ keys: [{ ...first.publicJwk, deep, __proto__: null, alg: 'ES256' }] });
  await expect(verify(await sign(first))).resolves.toBe('app');
  for (const members of [{ key_ops: [deep] }, { kid: deep }, { kty: deep }]) {
    const unusable = keysBehind({ keys: [{ ...first.publicJwk, ...members }] });
    await expect(unusable.verify(await sign(first))).rejects.toBeInstanceOf(ClientKeysError);
  }
});

describe('an RSA key', () => {
  const numbers = (bits: number, e: string): JWK => {
    const modulus = Buffer.alloc(bits / 8, 0xab);
    return { kty: 'RSA', n: modulus.toString('base64url'), e };
  };

  it.each([
    ['a short modulus', numbers(1024, 'AQAB'), 'modulus of 2048 to 4096 bits'],
    ['a modulus above 4096 bits', numbers(4104, 'AQAB'), 'modulus of 2048 to 4096 bits'],
    ['an endless modulus', numbers(16_384, 'AQAB'), 'modulus of 2048 to 4096 bits'],
    ['a large exponent', numbers(2048, Buffer.alloc(256, 0x7f).toString('base64url')), 'exponent 65537'],
    [
      'an exponent of 33 bits',
      numbers(2048, Buffer.from([1, 0, 1, 0, 1]).toString('base64url')),
      'exponent 65537',
    ],
    ['the exponent 3', numbers(2048, 'Aw'), 'exponent 65537'],
    ['no exponent', numbers(2048, ''), 'exponent 65537'],
  ])('with %s is ignored, and the others of its set are used', async (_, key, problem) => {
    const token = await sign(first);
    for (const who of [withKeys(key), byReference]) {
      const { verify } = keysBehind({ keys: [key] });
      await expect(verify(token, who)).rejects.toThrow(problem);
    }
    const { verify } = keysBehind({ keys: [key, first.publicJwk] });
    await expect(verify(token)).resolves.toBe('app');
    await expect(verify(token, withKeys(key, first.publicJwk))).resolves.toBe('app');
  });
});

it('without a kid, is one of the first three keys', async () => {
  const { verify } = keysBehind();
  const token = await sign(first);
  const others = Array.from({ length: 3 }, () => second.publicJwk);
  await expect(verify(token, withKeys(...others.slice(1), first.publicJwk))).resolves.toBe('app');
  await expect(verify(token, withKeys(...others, first.publicJwk))).rejects.toBeInstanceOf(ClientKeysError);
});

describe('the key to encrypt with (OpenID Connect Core 1.0 §10.2)', () => {
  it('is one for encryption and for the algorithm', async () => {
    const { keys } = keysBehind();
    const app = withKeys(
      { ...first.publicJwk, kid: 'signs', use: 'sig' },
      { ...second.publicJwk, kid: 'another algorithm', alg: 'ECDH-ES+A128KW' },
      { ...second.publicJwk, kid: 'does not say' },
      { ...encryption.publicJwk, kid: 'encrypts', use: 'enc' },
    );
    await expect(keys.encryptionKey(app, 'ECDH-ES')).resolves.toMatchObject({ kid: 'encrypts' });
  });

  it('is a key without use if there is no other', async () => {
    const { keys } = keysBehind();
    const app = withKeys({ ...encryption.publicJwk, kid: 'does not say' });
    await expect(keys.encryptionKey(app, 'ECDH-ES')).resolves.toMatchObject({ kid: 'does not say' });
  });

  it('is not a key of another type, only for signatures, or too short', async () => {
    const { keys } = keysBehind();
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
