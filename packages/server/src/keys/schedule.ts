import type { SigningKeyRecord } from '../storage/ports/index.js';

/** How long clients may cache the published keys: the `max-age` of the key set. */
export const JWKS_MAX_AGE_SECONDS = 300;

/** How often each process loads changes of other processes. */
export const RELOAD_SECONDS = 30;

/** A margin for clock differences and requests in progress. */
const MARGIN_SECONDS = 60;

/**
 * How long a key is published before it signs. Every process publishes it after one reload, and a client may cache an
 * earlier key set for its `max-age`.
 */
export const PUBLISH_AHEAD_SECONDS = JWKS_MAX_AGE_SECONDS + RELOAD_SECONDS + MARGIN_SECONDS;

/** The state of a key: published for later, signing, or published for tokens that it signed. */
export type KeyState = 'next' | 'signing' | 'retired' | 'over';

/** A key with its state. */
export interface ScheduledKey {
  readonly record: SigningKeyRecord;
  readonly state: KeyState;
  /** When the state ends, in seconds since the epoch; null if that is not planned. */
  readonly until: number | null;
}

/** The earliest time at which a key may sign, when every client can know it. */
export function readyAt({ createdAt }: Pick<SigningKeyRecord, 'createdAt'>): number {
  return createdAt + PUBLISH_AHEAD_SECONDS;
}

/**
 * Determines the state of each key of one algorithm. It depends only on the records and the time, so that all processes
 * get the same result.
 *
 * @returns newest first
 */
export function scheduleOf(keys: readonly SigningKeyRecord[], now: number): readonly ScheduledKey[] {
  const newestFirst = keys.toSorted((a, b) => b.generation - a.generation);
  const signing = newestFirst.find(({ signsFrom }) => signsFrom !== null && signsFrom <= now);
  return newestFirst.map((record, index): ScheduledKey => {
    const replacedAt = newestFirst[index - 1]?.signsFrom ?? null;
    if (record === signing) return { record, state: 'signing', until: replacedAt };
    if (signing === undefined || record.generation > signing.generation) {
      return { record, state: 'next', until: record.signsFrom };
    }
    // A process that has not reloaded yet still signs with it.
    const until = (replacedAt ?? now) + RELOAD_SECONDS + record.tokenSeconds + MARGIN_SECONDS;
    return { record, state: until > now ? 'retired' : 'over', until };
  });
}
