import { sha256 } from '../crypto/hash.js';
import { randomId, randomSecret } from '../crypto/random.js';
import type { CodeRecord, GrantDetails, GrantRecord } from '../storage/ports/index.js';
import type { IssuanceDependencies } from './issue.js';

/** What a person allowed, from which a grant and its code are made. */
export interface AuthorizedRequest {
  readonly clientId: string;
  readonly accountId: string;
  readonly sessionId: string;
  readonly authTime: number;
  readonly scopes: readonly string[];
  readonly audience: string;
  readonly details: GrantDetails;
  readonly redirectUri: string;
  readonly redirectUriSent: boolean;
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
}

/** An authorization code (RFC 6749 §4.1.2): 256 random bits, of which only the hash is kept, with its grant. */
export function issueCode(
  { clock, random, lifetimes }: Pick<IssuanceDependencies, 'clock' | 'random' | 'lifetimes'>,
  request: AuthorizedRequest,
): { code: string; grantRecord: GrantRecord; codeRecord: CodeRecord } {
  const code = randomSecret(random);
  const now = clock();
  const grantId = randomId(random);
  return {
    code,
    grantRecord: {
      kind: 'authorization_code',
      id: grantId,
      clientId: request.clientId,
      accountId: request.accountId,
      scopes: request.scopes,
      audience: request.audience,
      sessionId: request.sessionId,
      authTime: request.authTime,
      details: request.details,
      createdAt: now,
      revokedAt: null,
    },
    codeRecord: {
      hash: sha256(code),
      grantId,
      redirectUri: request.redirectUri,
      redirectUriSent: request.redirectUriSent,
      codeChallenge: request.codeChallenge ?? null,
      nonce: request.nonce ?? null,
      expiresAt: now + lifetimes.codeSeconds,
      spentAt: null,
    },
  };
}
