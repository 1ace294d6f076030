import { sha256 } from '../crypto/hash.js';
import { randomSecret } from '../crypto/random.js';
import type { CodeRecord, GrantRecord } from '../storage/ports/index.js';
import type { IssuanceDependencies } from './dependencies.js';

/** What a token request must match to redeem the code, and what the ID token contains. */
export interface CodeBindings {
  readonly redirectUri: string;
  readonly redirectUriSent: boolean;
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
}

/** An authorization code (RFC 6749 §4.1.2): 256 random bits, of which only the hash is kept. It expires with the grant as it is created. */
export function issueCode(
  { random }: Pick<IssuanceDependencies, 'random'>,
  grant: GrantRecord,
  { redirectUri, redirectUriSent, codeChallenge, nonce }: CodeBindings,
): { readonly code: string; readonly record: CodeRecord } {
  const code = randomSecret(random);
  return {
    code,
    record: {
      hash: sha256(code),
      grantId: grant.id,
      redirectUri,
      redirectUriSent,
      codeChallenge: codeChallenge ?? null,
      nonce: nonce ?? null,
      expiresAt: grant.expiresAt,
      spentAt: null,
    },
  };
}
