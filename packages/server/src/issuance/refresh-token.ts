import { sha256 } from '../crypto/hash.js';
import { randomSecret } from '../crypto/random.js';
import type { GrantRecord, NewRefreshToken, RefreshTokenName } from '../storage/ports/index.js';
import type { IssuanceDependencies, Lifetimes } from './dependencies.js';
import type { TokenSubject } from './issue.js';

/**
 * How many characters the tokens of a family share: one secret of `randomSecret`. A token from before there were
 * families has no more than these, and is the first of its own.
 */
const FAMILY_LENGTH = 43;

/**
 * A refresh token (RFC 6749 §1.5): 256 random bits that it shares with the others of its grant, and 256 of its own. Only
 * hashes are kept: that of the shared part tells which family a token belongs to, even when it was spent long ago.
 */
export function issueRefreshToken(
  { clock, random, lifetimes }: IssuanceDependencies,
  { grant, refreshTokenFamily }: TokenSubject,
): { token: string; record: NewRefreshToken } {
  const token = (refreshTokenFamily ?? randomSecret(random)) + randomSecret(random);
  const now = clock();
  return {
    token,
    record: {
      ...refreshTokenName(token),
      createdAt: now,
      expiresAt: refreshTokenEnd(grant, now, lifetimes),
    },
  };
}

/**
 * The part of a refresh token that its family shares. Text of another length was never issued: a token that lost its
 * end on the way is unknown, and ends nothing.
 */
export function familyOf(token: string): string {
  return token.length === 2 * FAMILY_LENGTH ? token.slice(0, FAMILY_LENGTH) : token;
}

/** What storage knows a refresh token by. */
export function refreshTokenName(token: string): RefreshTokenName {
  return { familyHash: sha256(familyOf(token)), hash: sha256(token) };
}

/** When a refresh token that is used or made now runs out: by idleness, or with the longest life of its grant. */
export function refreshTokenEnd(grant: GrantRecord, now: number, lifetimes: Lifetimes): number {
  const { refreshTokenSeconds, refreshAbsoluteSeconds } = lifetimes;
  return Math.min(now + refreshTokenSeconds, grant.createdAt + refreshAbsoluteSeconds);
}
