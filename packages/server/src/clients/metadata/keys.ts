import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { z } from 'zod';
import { endpointUrl } from './urls.js';
import { optional } from './values.js';

const MOST_KEYS = 20;
const LEAST_RSA_BITS = 2048; // RFC 7518 §3.3, §4.3
const MOST_RSA_BITS = 16_384;

/** Members that a public key never has (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/** What is kept of a key (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2); other members are passed over (RFC 7517 §4). */
const PUBLIC_MEMBERS = [
  'kty',
  'use',
  'key_ops',
  'alg',
  'kid',
  'crv',
  'x',
  'y',
  'n',
  'e',
  'x5c',
  'x5t',
  'x5t#S256',
] as const;

const publicKey = z
  .record(z.string(), z.unknown())
  .superRefine((key, context) => {
    const message = keyProblem(key);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .transform((key) =>
    Object.fromEntries(
      PUBLIC_MEMBERS.filter((name) => Object.hasOwn(key, name)).map((name) => [name, key[name]]),
    ),
  );

/** The client's public keys, by value or by address (RFC 7591 §2). */
export const keyFields = {
  jwks: optional(
    z.object({
      keys: z
        .array(publicKey)
        .min(1, 'must have at least one key')
        .max(MOST_KEYS, `must have at most ${MOST_KEYS} keys`),
    }),
  ),
  jwks_uri: optional(endpointUrl),
};

/** What is wrong with a key that a client registers, without a word of the key itself. */
function keyProblem(key: Readonly<Record<string, unknown>>): string | undefined {
  // RFC 7591 §2: public keys. A private one would no longer be private, and a shared one no proof.
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(key, name)) || key.kty === 'oct') {
    return 'must be a public key, without private or symmetric members';
  }
  const misshapen = ['kid', 'use', 'alg'].some(
    (name) => key[name] !== undefined && !(typeof key[name] === 'string' && key[name].length <= 256),
  );
  if (misshapen) return 'must have kid, use and alg as strings of at most 256 characters';
  if (JSON.stringify(key).length > 16_384) return 'is larger than 16 KiB';
  if (!['EC', 'RSA', 'OKP'].includes(String(key.kty))) return "must have a kty of 'EC', 'RSA' or 'OKP'";
  const bits = bitsOf(key);
  if (bits === undefined) return 'is not a valid public key (RFC 7518 §6)';
  if (key.kty === 'RSA' && (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS)) {
    return `must have a modulus of ${LEAST_RSA_BITS} to ${MOST_RSA_BITS} bits`;
  }
  return undefined;
}

/** The bits of an RSA modulus, 0 for other keys; undefined where this is no key. */
function bitsOf(key: Readonly<Record<string, unknown>>): number | undefined {
  const { kty, crv, x, y, n, e } = key as JsonWebKey;
  try {
    const named = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, ...(kty === 'EC' ? { y } : {}) };
    const imported = createPublicKey({ key: named as JsonWebKey, format: 'jwk' });
    return imported.asymmetricKeyDetails?.modulusLength ?? 0;
  } catch {
    return undefined;
  }
}
