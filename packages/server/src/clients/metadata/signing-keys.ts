import {
  type ClientSignatureAlgorithm,
  clientSignatureAlgorithms,
  clientSignatureKeys,
  namesOfAlgorithm,
} from '../../protocol/index.js';

type RegisteredKey = Readonly<Record<string, unknown>>;

/**
 * What is wrong with a key set that has no key for `private_key_jwt` (OpenID Connect Core 1.0 §9).
 *
 * @param registered the one algorithm that the client registered; undefined for any
 * @returns words that follow `jwks`, or undefined if at least one key can be used
 */
export function assertionKeysProblem(
  keys: readonly RegisteredKey[],
  registered: string | undefined,
): string | undefined {
  const named = registered === undefined ? clientSignatureAlgorithms : namesOfAlgorithm(registered);
  const algorithms = clientSignatureAlgorithms.filter((algorithm) => named.includes(algorithm));
  if (keys.some((key) => algorithms.some((algorithm) => canVerify(key, algorithm)))) return undefined;
  return (
    'must have a key for private_key_jwt: kty and crv, and alg, use and key_ops if they are there, ' +
    `must allow verifying ${algorithms.join(' or ')}`
  );
}

/** Whether a public key fits the algorithm and is meant for signatures (RFC 7517 §4.2 to §4.4). */
function canVerify(key: RegisteredKey, algorithm: ClientSignatureAlgorithm): boolean {
  const { kty, crv } = clientSignatureKeys[algorithm];
  return (
    key.kty === kty &&
    (crv === undefined || key.crv === crv) &&
    (key.alg ?? algorithm) === algorithm &&
    (key.use ?? 'sig') === 'sig' &&
    (!Array.isArray(key.key_ops) || key.key_ops.includes('verify'))
  );
}
