import type { JWK } from 'jose';
import type { keyEncryptionAlgorithms } from '../protocol/index.js';
import type { KeySet } from './key-set.js';

export type KeyEncryptionAlgorithm = (typeof keyEncryptionAlgorithms)[number];

/** RFC 7518 §4.3: RSA keys have 2048 bits or more. */
const MIN_RSA_BYTES = 256;

const CURVES: Readonly<Record<string, readonly string[]>> = {
  EC: ['P-256', 'P-384', 'P-521'],
  OKP: ['X25519'],
};

/** Which keys fit each algorithm (RFC 7518 §4.3, §4.6, RFC 8037 §3.2). */
const fits: Record<KeyEncryptionAlgorithm, (key: JWK) => boolean> = {
  'RSA-OAEP': isRsa,
  'RSA-OAEP-256': isRsa,
  'ECDH-ES': isOnCurve,
  'ECDH-ES+A128KW': isOnCurve,
  'ECDH-ES+A256KW': isOnCurve,
};

/**
 * Chooses the encryption key: preferably one with `use` `enc`, else one without `use` (OpenID Connect Core 1.0 §10.2).
 */
export function chooseEncryptionKey({ keys }: KeySet, algorithm: KeyEncryptionAlgorithm): JWK | undefined {
  const fitting = keys.filter(
    (key) => fits[algorithm](key) && (key.alg ?? algorithm) === algorithm && (key.use ?? 'enc') === 'enc',
  );
  return fitting.find((key) => key.use === 'enc') ?? fitting[0];
}

function isRsa({ kty, n }: JWK): boolean {
  return kty === 'RSA' && Buffer.from(n ?? '', 'base64url').length >= MIN_RSA_BYTES;
}

function isOnCurve({ kty, crv }: JWK): boolean {
  return CURVES[kty ?? '']?.includes(crv ?? '') === true;
}
