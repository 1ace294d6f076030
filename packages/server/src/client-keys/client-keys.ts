import { type CryptoKey, errors, flattenedVerify, importJWK, type JWTVerifyGetKey } from 'jose';
import type { ClientRecord } from '../storage/ports/index.js';
import { ClientKeysError } from './client-keys-error.js';
import { chooseEncryptionKey, type KeyEncryptionAlgorithm } from './encryption-key.js';
import { type KeySet, readKeySet } from './key-set.js';
import { createRemoteKeySets, type RemoteKeySetDependencies } from './remote-key-sets.js';

/** The public keys of apps, registered by value (`jwks`) or by reference (`jwks_uri`). */
export interface ClientKeys {
  /**
   * Finds the key of a signature of this app, for `jwtVerify` and similar functions. The `kid` of the header is optional.
   * `alg`, `use` and `key_ops` of the keys are checked. Keys in the header (`jwk`, `jku`, `x5c`, `x5u`) are ignored. If
   * several keys fit, the first three are tried.
   *
   * @returns a function that throws ClientKeysError if there is no such key
   */
  verificationKey(client: ClientRecord): JWTVerifyGetKey;
  /**
   * The key that encrypts for this app.
   *
   * @throws ClientKeysError if it has none for the algorithm
   */
  encryptionKey(client: ClientRecord, algorithm: KeyEncryptionAlgorithm): Promise<EncryptionKey>;
}

export interface EncryptionKey {
  readonly key: CryptoKey;
  readonly kid: string | undefined;
}

/** How many keys are tried for one signature. Each costs a verification. */
const MOST_TRIED = 3;

export function createClientKeys(dependencies: RemoteKeySetDependencies): ClientKeys {
  const { rsaExponents } = dependencies;
  const remote = createRemoteKeySets(dependencies);

  /** Searches the key set of the app, and a fetched set again after it was refreshed. */
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

/** @param isRemote whether the set is fetched, so that a newer set can have another key */
async function verifierIn(
  { find }: KeySet,
  header: Header,
  token: Token,
  isRemote: boolean,
): Promise<CryptoKey | undefined> {
  try {
    const key = await find(header, token);
    // The key can have been replaced since the set was fetched, even under the same `kid`.
    const isCertain = header?.kid !== undefined && !isRemote;
    return isCertain || (await verifies(token, key)) ? key : undefined;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined;
    if (error instanceof errors.JWKSMultipleMatchingKeys) return firstThatVerifies(error, token);
    throw new ClientKeysError('the keys of this app cannot be used for this signature', { cause: error });
  }
}

/** Without a `kid`, the keys that fit are tried in turn, at most three. */
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
