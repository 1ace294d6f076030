import type { SigningKeyRecord } from '../storage/ports/index.js';

/** How long clients may keep the published keys: the `max-age` that they are sent with. */
export const JWKS_MAX_AGE_SECONDS = 300;

/** How often each process looks for what others did to the keys. */
export const RELOAD_SECONDS = 30;

/** For clocks that differ, and requests that are under way. */
const MARGIN_SECONDS = 60;

/**
 * How long a key is published before it signs. Every process publishes it after one reload, and what a client
 * got just before then may be kept for as long as its `max-age` says.
 */
export const PUBLISH_AHEAD_SECONDS = JWKS_MAX_AGE_SECONDS + RELOAD_SECONDS + MARGIN_SECONDS;

/** Where a key stands in its life: published only, signing, or published for the tokens that it signed. */
export type KeyState = 'next' | 'signing' | 'retired' | 'over';

/** A key with its place in the life of all keys. */
export interface ScheduledKey {
  readonly record: SigningKeyRecord;
  readonly state: KeyState;
  /** When the state ends, in seconds since the epoch; null where that is not settled. */
  readonly until: number | null;
}

/** When a key may begin to sign: not before every client can know it. */
export function readyAt({ createdAt }: Pick<SigningKeyRecord, 'createdAt'>): number {
  return createdAt + PUBLISH_AHEAD_SECONDS;
}

/**
 * Tells where each key of one algorithm stands. Nothing but the records and the time decides, so that all
 * processes come to the same result.
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
    // A process that has yet to reload signs with it a little longer.
    const until = (replacedAt ?? now) + RELOAD_SECONDS + record.tokenSeconds + MARGIN_SECONDS;
    return { record, state: until > now ? 'retired' : 'over', until };
  });
}
