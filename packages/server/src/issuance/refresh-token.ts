import { sha256 } from '../crypto/hash.js';
import { randomSecret } from '../crypto/random.js';
import type { GrantRecord, NewTokens } from '../storage/ports/index.js';
import type { IssuanceDependencies, Lifetimes, TokenSubject } from './issue.js';

/** A refresh token (RFC 6749 §1.5): 256 random bits, of which only the hash is kept. */
export function issueRefreshToken(
  { clock, random, lifetimes }: IssuanceDependencies,
  { grant }: TokenSubject,
): { token: string; record: NonNullable<NewTokens['refreshToken']> } {
  const token = randomSecret(random);
  const now = clock();
  return {
    token,
    record: {
      hash: sha256(token),
      grantId: grant.id,
      createdAt: now,
      expiresAt: refreshTokenEnd(grant, now, lifetimes),
    },
  };
}

/** When a refresh token that is used or made now runs out: by idleness, or with the longest life of its grant. */
export function refreshTokenEnd(grant: GrantRecord, now: number, lifetimes: Lifetimes): number {
  const { refreshTokenSeconds, refreshAbsoluteSeconds } = lifetimes;
  return Math.min(now + refreshTokenSeconds, grant.createdAt + refreshAbsoluteSeconds);
}
