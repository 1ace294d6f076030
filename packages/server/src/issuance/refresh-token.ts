import { sha256 } from '../crypto/hash.js';
import { randomSecret } from '../crypto/random.js';
import type { Binding, GrantRecord, NewRefreshToken, RefreshTokenName } from '../storage/ports/index.js';
import type { IssuanceDependencies, Lifetimes } from './dependencies.js';
import type { RefreshTokenWants } from './wants.js';

/**
 * How many characters the tokens of a family share: one secret of `randomSecret`. A token of a version without families has
 * only these characters, and is the first of its family.
 */
const FAMILY_LENGTH = 43;

/**
 * A refresh token (RFC 6749 §1.5): 256 random bits that it shares with the others of its grant, and 256 of its own. Only
 * hashes are kept. The hash of the shared part identifies the family of a token, even if it was spent long ago.
 *
 * @param binding of the first token of a grant. Its successors keep it
 */
export function issueRefreshToken(
  { clock, random, lifetimes }: IssuanceDependencies,
  grant: GrantRecord,
  { replaced }: RefreshTokenWants,
  binding: Binding,
): { token: string; record: NewRefreshToken } {
  const token = (replaced?.family ?? randomSecret(random)) + randomSecret(random);
  const now = clock();
  return {
    token,
    record: {
      ...refreshTokenName(token),
      binding: replaced?.binding ?? binding,
      createdAt: now,
      expiresAt: refreshTokenEnd(grant, now, lifetimes),
    },
  };
}

/**
 * The part of a refresh token that its family shares. Text of another length was never issued: a truncated token is unknown,
 * and revokes nothing.
 */
export function familyOf(token: string): string {
  return token.length === 2 * FAMILY_LENGTH ? token.slice(0, FAMILY_LENGTH) : token;
}

/** What storage identifies a refresh token by. */
export function refreshTokenName(token: string): RefreshTokenName {
  return { familyHash: sha256(familyOf(token)), hash: sha256(token) };
}

/** When a refresh token that is used or issued now expires: by idleness, or with the longest lifetime of its grant. */
export function refreshTokenEnd(grant: GrantRecord, now: number, lifetimes: Lifetimes): number {
  const { refreshTokenSeconds, refreshAbsoluteSeconds } = lifetimes;
  return Math.min(now + refreshTokenSeconds, grant.createdAt + refreshAbsoluteSeconds);
}
