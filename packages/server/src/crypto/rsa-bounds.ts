/** Below 2048 bits RSA is too weak (RFC 7518 §3.3); above 4096 each verification costs the server too much. */
const MIN_MODULUS_BITS = 2048;
const MAX_MODULUS_BITS = 4096;

/**
 * Says what is wrong with the numbers of an RSA public key. The costs of a verification grow with both.
 *
 * @param key its members in base64url (RFC 7518 §6.3.1)
 * @param exponents the public exponents that are accepted
 * @returns words that go after the name of the key, or undefined for a key that may be used
 */
export function rsaProblem(
  { n = '', e = '' }: { readonly n?: string | undefined; readonly e?: string | undefined },
  exponents: readonly number[],
): string | undefined {
  const bits = bitsOf(Buffer.from(n, 'base64url'));
  if (bits < MIN_MODULUS_BITS || bits > MAX_MODULUS_BITS) {
    return `must have an RSA modulus of ${MIN_MODULUS_BITS} to ${MAX_MODULUS_BITS} bits`;
  }
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
