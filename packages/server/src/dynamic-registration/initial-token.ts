import { randomUUID } from 'node:crypto';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { type Random, randomSecret } from '../crypto/random.js';
import type { InitialTokenRecord, InitialTokenStore, Note } from '../storage/ports/index.js';

/** What an initial access token is made with. */
export interface NewInitialToken {
  readonly name: string;
  /** Undefined for one that does not expire. */
  readonly expiresInSeconds?: number | undefined;
  /** How many clients may be registered with it; undefined for any number. */
  readonly uses?: number | undefined;
}

/**
 * Makes an initial access token (RFC 7591 §1.2), of which only the hash is kept.
 *
 * @param note what to remember of it, in the same unit
 * @returns the token, this once, and what is kept of it
 */
export async function createInitialToken(
  tokens: InitialTokenStore,
  clock: Clock,
  random: Random,
  { name, expiresInSeconds, uses }: NewInitialToken,
  note?: Note<InitialTokenRecord>,
): Promise<{ readonly token: string; readonly record: InitialTokenRecord }> {
  const token = randomSecret(random);
  const now = clock();
  const record: InitialTokenRecord = {
    id: randomUUID(),
    name,
    hash: sha256(token),
    createdAt: now,
    expiresAt: expiresInSeconds === undefined ? null : now + expiresInSeconds,
    usesLeft: uses ?? null,
  };
  await tokens.create(record, note);
  return { token, record };
}
