import { type CryptoKey, errors, flattenedVerify, importJWK, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../crypto/clock.js';
import type { Outbound } from '../outbound/outbound.js';
import type { ClientRecord } from '../storage/ports/index.js';
import { ClientKeysError } from './client-keys-error.js';
import { chooseEncryptionKey, type KeyEncryptionAlgorithm } from './encryption-key.js';
import { type KeySet, readKeySet } from './key-set.js';
import { createRemoteKeySets } from './remote-key-sets.js';

/** The public keys of apps, registered themselves (`jwks`) or by reference (`jwks_uri`). */
export interface ClientKeys {
  /**
   * Finds the key that a signature of this app was made with, for `jwtVerify` and its like. The header's `kid`
   * may be left out; `alg`, `use` and `key_ops` of the keys count; what the header itself carries
   * (`jwk`, `jku`, `x5c`, `x5u`) does not.
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

export function createClientKeys(outbound: Outbound, clock: Clock): ClientKeys {
  const remote = createRemoteKeySets(outbound, clock);

  /** Looks for a key in the app's set, and once more in a fresh one where the set is fetched. */
  async function search<T>(
    { metadata }: ClientRecord,
    find: (set: KeySet) => Promise<T | undefined>,
  ): Promise<T> {
    const { jwks, jwks_uri: uri } = metadata;
    let found: T | undefined;
    if (jwks !== undefined) {
      found = await find(readKeySet(jwks, "this app's 'jwks'"));
    } else if (uri !== undefined) {
      const kept = await remote.get(uri);
      found = await find(kept);
      if (found === undefined) {
        const fresh = await remote.refresh(uri);
        if (fresh !== kept) found = await find(fresh);
      }
    } else {
      throw new ClientKeysError("this app is registered with neither 'jwks' nor 'jwks_uri'");
    }
    if (found === undefined) throw new ClientKeysError('none of the keys of this app fits');
    return found;
  }

  return {
    verificationKey: (client) => (header, token) => search(client, (set) => verifierIn(set, header, token)),
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

async function verifierIn({ find }: KeySet, header: Header, token: Token): Promise<CryptoKey | undefined> {
  try {
    const key = await find(header, token);
    // A key that no `kid` names may have been replaced since the set was fetched.
    return header?.kid !== undefined || (await verifies(token, key)) ? key : undefined;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined;
    if (error instanceof errors.JWKSMultipleMatchingKeys) return firstThatVerifies(error, token);
    throw new ClientKeysError('the keys of this app cannot be used for this signature', { cause: error });
  }
}

/** Where no `kid` tells several fitting keys apart, the signature does. */
async function firstThatVerifies(
  candidates: errors.JWKSMultipleMatchingKeys,
  token: Token,
): Promise<CryptoKey | undefined> {
  for await (const key of candidates) if (await verifies(token, key)) return key;
  return undefined;
}

function verifies(token: Token, key: CryptoKey): Promise<boolean> {
  return flattenedVerify(token, key).then(
    () => true,
    () => false,
  );
}
