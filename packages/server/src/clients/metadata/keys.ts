import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { z } from 'zod';
import { modulusProblem } from '../../crypto/rsa-bounds.js';
import { endpointUrl } from '../../validation/urls.js';
import { optional } from '../../validation/values.js';

const MOST_KEYS = 20;

/** Members that a public key never has (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

const short = z.string().max(256).optional();
const number = z.string().max(4096).optional();
const certificate = z.string().max(8192);

/** The stored members of a key (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). Other members are ignored (RFC 7517 §4). */
const publicMembers = z.object({
  kty: z.enum(['EC', 'RSA', 'OKP'], "must be 'EC', 'RSA' or 'OKP'"),
  use: short,
  key_ops: z.array(z.string().max(32)).max(16).optional(),
  alg: short,
  kid: short,
  crv: short,
  x: number,
  y: number,
  n: number,
  e: number,
  x5c: z.array(certificate).max(10).optional(),
  x5t: short,
  'x5t#S256': short,
});

const publicKey = z
  .record(z.string(), z.unknown())
  // RFC 7591 §2: public keys only. A sent private key is no longer private, and a shared key proves nothing.
  .refine(
    (key) => key.kty !== 'oct' && !PRIVATE_MEMBERS.some((name) => Object.hasOwn(key, name)),
    'must be a public key, without private or symmetric members',
  )
  .pipe(publicMembers)
  .superRefine((key, context) => {
    const message = keyProblem(key);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

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

/** What is wrong with the numbers of a key. The message contains no part of the key. */
function keyProblem({ kty, crv, x, y, n, e }: z.output<typeof publicMembers>): string | undefined {
  const key = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, ...(kty === 'EC' ? { y } : {}) };
  try {
    createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
  } catch {
    return 'is not a valid public key (RFC 7518 §6)';
  }
  return kty === 'RSA' ? modulusProblem({ n }) : undefined;
}
