/** A signature algorithm as WebCrypto needs it, and the keys that fit it. */
export interface SignatureAlgorithm {
  readonly kty: 'EC' | 'OKP' | 'RSA';
  readonly crv: string | undefined;
  /** The hash function of the algorithm. */
  readonly hash: string;
  /** For `importKey`, `sign` and `verify`. */
  readonly parameters: Readonly<Record<string, string | number>> & { readonly name: string };
}

const CURVES: Readonly<Record<string, string>> = { 256: 'P-256', 384: 'P-384', 512: 'P-521' };

/**
 * An asymmetric signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).
 *
 * @param alg its name in JOSE
 * @returns undefined for every other name, `none` and HMAC among them (RFC 8725 §3.1)
 */
export function signatureAlgorithm(alg: string): SignatureAlgorithm | undefined {
  if (alg === 'EdDSA' || alg === 'Ed25519') {
    return { kty: 'OKP', crv: 'Ed25519', hash: 'SHA-512', parameters: { name: 'Ed25519' } };
  }
  const [, family, bits = ''] = /^([EPR]S)(256|384|512)$/.exec(alg) ?? [];
  if (family === undefined) return undefined;
  const crv = family === 'ES' ? CURVES[bits] : undefined;
  const hash = `SHA-${bits}`;
  if (crv !== undefined)
    return { kty: 'EC', crv, hash, parameters: { name: 'ECDSA', namedCurve: crv, hash } };
  return {
    kty: 'RSA',
    crv,
    hash,
    parameters:
      // RFC 7518 §3.5: the salt is as long as the hash.
      family === 'PS'
        ? { name: 'RSA-PSS', hash, saltLength: Number(bits) / 8 }
        : { name: 'RSASSA-PKCS1-v1_5', hash },
  };
}
