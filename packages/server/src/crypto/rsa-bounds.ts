/** Below 2048 bits RSA is too weak (RFC 7518 §3.3); above 4096 each verification costs the server too much. */
const MIN_MODULUS_BITS = 2048;
const MAX_MODULUS_BITS = 4096;

/** The numbers of an RSA public key, in base64url (RFC 7518 §6.3.1). */
export interface RsaNumbers {
  readonly n?: string | undefined;
  readonly e?: string | undefined;
}

/**
 * Checks the numbers of an RSA public key. The cost of a verification grows with both.
 *
 * @param exponents the public exponents that are accepted
 * @returns the problem, in words that follow the name of the key; undefined for a key that may be used
 */
export function rsaProblem(key: RsaNumbers, exponents: readonly number[]): string | undefined {
  return modulusProblem(key) ?? exponentProblem(key, exponents);
}

/** The part of `rsaProblem` that no setting changes. */
export function modulusProblem({ n = '' }: RsaNumbers): string | undefined {
  const bits = bitsOf(Buffer.from(n, 'base64url'));
  if (bits >= MIN_MODULUS_BITS && bits <= MAX_MODULUS_BITS) return undefined;
  return `must have an RSA modulus of ${MIN_MODULUS_BITS} to ${MAX_MODULUS_BITS} bits`;
}

/** The part of `rsaProblem` that a setting changes. */
export function exponentProblem({ e = '' }: RsaNumbers, exponents: readonly number[]): string | undefined {
  const exponent = Buffer.from(e, 'base64url');
  if (exponents.some((accepted) => equals(exponent, accepted))) return undefined;
  return `must have the RSA exponent ${exponents.join(' or ')}`;
}

function bitsOf(number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0);
  if (first === -1) return 0;
  return (number.length - first - 1) * 8 + (32 - Math.clz32(number[first] ?? 0));
}

function equals(number: Buffer, value: number): boolean {
  return bitsOf(number) <= 32 && number.reduce((total, byte) => total * 256 + byte, 0) === value;
}
