import { randomId } from '../crypto/random.js';
import type { GrantRecord } from '../storage/ports/index.js';
import type { IssuanceDependencies } from './dependencies.js';

/** What a client is authorized to do, and what the authorization comes from. */
export interface Authorization
  extends Pick<GrantRecord, 'origin' | 'clientId' | 'accountId' | 'scopes' | 'audience' | 'details'> {
  /** How long what is issued with the grant is valid, in seconds: its code, or its token where there is no code. */
  readonly seconds: number;
}

/** A new grant, still to be written. */
export function newGrant(
  { clock, random }: Pick<IssuanceDependencies, 'clock' | 'random'>,
  { origin, clientId, accountId, scopes, audience, details, seconds }: Authorization,
): GrantRecord {
  const now = clock();
  return {
    id: randomId(random),
    origin,
    clientId,
    accountId,
    scopes,
    audience,
    details,
    createdAt: now,
    expiresAt: now + seconds,
    revokedAt: null,
  };
}
