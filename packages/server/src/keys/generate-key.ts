import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { Sealer } from '../crypto/seal.js';
import type { SigningAlgorithm } from '../protocol/index.js';
import type { SigningKeyRecord } from '../storage/ports/index.js';

const generate = promisify(generateKeyPair);

/** The key type and parameters of each algorithm (RFC 7518 §3.3 to §3.5, RFC 8037 §3.1). */
const generators: Record<SigningAlgorithm, () => Promise<{ publicKey: KeyObject; privateKey: KeyObject }>> = {
  ES256: () => generate('ec', { namedCurve: 'P-256' }),
  RS256: () => generate('rsa', { modulusLength: 2048 }),
  PS256: () => generate('rsa', { modulusLength: 2048 }),
  EdDSA: () => generate('ed25519'),
};

/**
 * Generates a signing key. Its ID is its thumbprint (RFC 7638), and its private key is encrypted.
 *
 * @param when its generation, the time, when it begins to sign, and how long its tokens live
 */
export async function generateKey(
  algorithm: SigningAlgorithm,
  sealer: Sealer,
  when: Pick<SigningKeyRecord, 'generation' | 'createdAt' | 'signsFrom' | 'tokenSeconds'>,
): Promise<SigningKeyRecord> {
  const { publicKey, privateKey } = await generators[algorithm]();
  const publicJwk = publicKey.export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(publicJwk, 'sha256');
  return {
    kid,
    algorithm,
    publicJwk: JSON.stringify({ ...publicJwk, kid, alg: algorithm, use: 'sig' }),
    sealedPrivateJwk: sealer.seal(JSON.stringify(privateKey.export({ format: 'jwk' }))),
    ...when,
  };
}
