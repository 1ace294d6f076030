import { randomUUID } from 'node:crypto';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { type Random, randomSecret } from '../crypto/random.js';
import type { InitialTokenRecord, InitialTokenStore, Note } from '../storage/ports/index.js';

/** The parameters of a new initial access token. */
export interface NewInitialToken {
  readonly name: string;
  /** Undefined for a token that does not expire. */
  readonly expiresInSeconds?: number | undefined;
  /** How many clients may be registered with it; undefined for no limit. */
  readonly uses?: number | undefined;
}

/**
 * Creates an initial access token (RFC 7591 §1.2). Only its hash is stored.
 *
 * @param note creates the audit event, in the same transaction
 * @returns the token, which is shown only once, and its record
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
