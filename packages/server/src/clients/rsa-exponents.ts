import { exponentProblem, type RsaNumbers } from '../crypto/rsa-bounds.js';
import { ClientMetadataError } from '../protocol/index.js';

interface SentKeys {
  readonly keys: readonly (RsaNumbers & { readonly kty: string })[];
}

/**
 * Refuses RSA keys with an exponent that the operator does not accept.
 *
 * @param jwks the keys in the registration or the change; keys that are registered already are ignored when they are
 *   used
 * @throws ClientMetadataError
 */
export function refuseExponents(jwks: SentKeys | null | undefined, accepted: readonly number[]): void {
  const problems = (jwks?.keys ?? []).flatMap((key, index) => {
    const message = key.kty === 'RSA' ? exponentProblem(key, accepted) : undefined;
    return message === undefined ? [] : [{ field: `jwks.keys.${index}`, message }];
  });
  if (problems.length > 0) throw new ClientMetadataError(problems);
}
