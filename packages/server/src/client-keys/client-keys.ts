import { type CryptoKey, errors, flattenedVerify, importJWK, type JWTVerifyGetKey } from 'jose';
import type { ClientRecord } from '../storage/ports/index.js';
import { ClientKeysError } from './client-keys-error.js';
import { chooseEncryptionKey, type KeyEncryptionAlgorithm } from './encryption-key.js';
import { type KeySet, readKeySet } from './key-set.js';
import { createRemoteKeySets, type RemoteKeySetDependencies } from './remote-key-sets.js';

/** The public keys of apps, registered themselves (`jwks`) or by reference (`jwks_uri`). */
export interface ClientKeys {
  /**
   * Finds the key that a signature of this app was made with, for `jwtVerify` and its like. The header's `kid`
   * may be left out; `alg`, `use` and `key_ops` of the keys count; what the header itself carries
   * (`jwk`, `jku`, `x5c`, `x5u`) does not. Where several keys fit, the first three are tried.
   *
   * @returns a function that throws ClientKeysError where there is no such key
   */
  verificationKey(client: ClientRecord): JWTVerifyGetKey;
  /**
   * The key to encrypt to this app with.
   *
   * @throws ClientKeysError where it has none for the algorithm
   */
  encryptionKey(client: ClientRecord, algorithm: KeyEncryptionAlgorithm): Promise<EncryptionKey>;
}

export interface EncryptionKey {
  readonly key: CryptoKey;
  readonly kid: string | undefined;
}

/** How many keys are tried for one signature: each costs a verification. */
const MOST_TRIED = 3;

export function createClientKeys(dependencies: RemoteKeySetDependencies): ClientKeys {
  const { rsaExponents } = dependencies;
  const remote = createRemoteKeySets(dependencies);

  /** Looks for a key in the app's set, and once more in a fresh one where the set is fetched. */
  async function search<T>(
    { id, metadata }: ClientRecord,
    find: (set: KeySet) => Promise<T | undefined>,
  ): Promise<T> {
    const { jwks, jwks_uri: uri } = metadata;
    let set: KeySet;
    let found: T | undefined;
    if (jwks !== undefined) {
      set = readKeySet(jwks, "this app's 'jwks'", rsaExponents);
      found = await find(set);
    } else if (uri !== undefined) {
      const { keys, isFresh } = await remote.get(uri, id);
      set = keys;
      found = await find(set);
      if (found === undefined && !isFresh) {
        set = await remote.refresh(uri, id, keys);
        if (set !== keys) found = await find(set);
      }
    } else {
      throw new ClientKeysError("this app is registered with neither 'jwks' nor 'jwks_uri'");
    }
    if (found !== undefined) return found;
    const hint = set.ignored === undefined ? '' : `; an RSA key in it ${set.ignored}`;
    throw new ClientKeysError(`none of the keys of this app fits${hint}`);
  }

  return {
    verificationKey: (client) => (header, token) =>
      search(client, (set) => verifierIn(set, header, token, client.metadata.jwks === undefined)),
    encryptionKey: (client, algorithm) =>
      search(client, async (set) => {
        const jwk = chooseEncryptionKey(set, algorithm);
        if (jwk === undefined) return undefined;
        try {
          return { key: (await importJWK(jwk, algorithm)) as CryptoKey, kid: jwk.kid };
        } catch (cause) {
          throw new ClientKeysError('the encryption key of this app cannot be read', { cause });
        }
      }),
  };
}

type Header = Parameters<JWTVerifyGetKey>[0];
type Token = Parameters<JWTVerifyGetKey>[1];

/** @param isRemote whether a newer set may have another key, which is worth a verification to find out */
async function verifierIn(
  { find }: KeySet,
  header: Header,
  token: Token,
  isRemote: boolean,
): Promise<CryptoKey | undefined> {
  try {
    const key = await find(header, token);
    // The key may have been replaced since the set was fetched, under the same `kid` too.
    const isCertain = header?.kid !== undefined && !isRemote;
    return isCertain || (await verifies(token, key)) ? key : undefined;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined;
    if (error instanceof errors.JWKSMultipleMatchingKeys) return firstThatVerifies(error, token);
    throw new ClientKeysError('the keys of this app cannot be used for this signature', { cause: error });
  }
}

/** Where no `kid` tells several fitting keys apart, the signature does; what comes after the third is not tried. */
async function firstThatVerifies(
  candidates: errors.JWKSMultipleMatchingKeys,
  token: Token,
): Promise<CryptoKey | undefined> {
  let tried = 0;
  for await (const key of candidates) {
    if (await verifies(token, key)) return key;
    tried += 1;
    if (tried === MOST_TRIED) return undefined;
  }
  return undefined;
}

function verifies(token: Token, key: CryptoKey): Promise<boolean> {
  return flattenedVerify(token, key).then(
    () => true,
    () => false,
  );
}
