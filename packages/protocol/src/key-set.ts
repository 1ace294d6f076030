import { signatureAlgorithm } from './algorithms.js';
import { isJsonObject, type JsonObject } from './json.js';

/** RFC 7518 §3.3: RSA keys of 2048 bits or more. */
const MIN_RSA_BITS = 2048;

/**
 * Finds the one public key that the header of a signed token means.
 *
 * @param alg an algorithm that the caller accepts
 * @param kid the key ID in the header, if it has one
 * @returns undefined where no key fits, or several do
 */
export type FindKey = (alg: string, kid: string | undefined) => Promise<CryptoKey | undefined>;

/**
 * Looks keys up in a JWK Set (RFC 7517 §5). Members that are not understood are ignored. Each key is imported once.
 *
 * @returns undefined if the document is not a JWK Set
 */
export function keySet(jwks: JsonObject | undefined): FindKey | undefined {
  const keys = jwks?.keys;
  if (!Array.isArray(keys)) return undefined;
  const imported = new Map<string, Promise<CryptoKey | undefined>>();
  return async (alg, kid) => {
    const fitting = keys.filter((jwk) => isJsonObject(jwk) && fits(jwk, alg, kid)) as JsonObject[];
    const [jwk] = fitting;
    // With several keys that fit, the one that signed is not known.
    if (jwk === undefined || fitting.length > 1) return undefined;
    const name = `${alg} ${keys.indexOf(jwk)}`;
    const key = imported.get(name) ?? importKey(jwk, alg);
    imported.set(name, key);
    return key;
  };
}

/** Whether a key may verify a signature of the algorithm (RFC 7517 §4). */
function fits(jwk: JsonObject, alg: string, kid: string | undefined): boolean {
  const { kty, crv } = signatureAlgorithm(alg) ?? {};
  return (
    jwk.kty === kty &&
    (crv === undefined || jwk.crv === crv) &&
    (kid === undefined || jwk.kid === kid) &&
    (jwk.alg === undefined || jwk.alg === alg) &&
    (jwk.use === undefined || jwk.use === 'sig') &&
    (!Array.isArray(jwk.key_ops) || jwk.key_ops.includes('verify'))
  );
}

/** The public key of a JWK; undefined for one that this runtime cannot use. */
async function importKey(jwk: JsonObject, alg: string): Promise<CryptoKey | undefined> {
  // Only the public members: the others were checked above, and runtimes differ in how they treat them.
  const { kty, crv, x, y, n, e } = jwk;
  const parameters = signatureAlgorithm(alg)?.parameters ?? '';
  try {
    const key = await crypto.subtle.importKey(
      'jwk',
      { kty, crv, x, y, n, e } as JsonWebKey,
      parameters,
      false,
      ['verify'],
    );
    const { modulusLength = MIN_RSA_BITS } = key.algorithm as Partial<RsaKeyAlgorithm>;
    return modulusLength < MIN_RSA_BITS ? undefined : key;
  } catch {
    return undefined;
  }
}
