import type { FindKey } from '@grantor/protocol';

/** How long a fetched set is used before it is fetched again, so that a withdrawn key stops working. */
const FRESH_SECONDS = 600;
/** How long a fetched set is used while the authorization server does not respond. */
const STALE_SECONDS = 3600;
/** Unknown key IDs cost an attacker nothing, so all of them together cause one fetch in this time. */
const UNKNOWN_KEY_COOLDOWN_SECONDS = 30;
/** The pause after a failed fetch, while older keys are available. */
export const RETRY_SECONDS = 5;

interface Fetched {
  readonly find: FindKey;
  /** Seconds since the epoch. */
  readonly at: number;
}

/**
 * The issuer's public keys: fetched on first use, kept, and fetched again when they may have changed.
 *
 * @param fetchKeys fetches the JWK Set; rejects with GuardError `keys_unavailable`
 * @param now seconds since the epoch
 * @returns finds the key of a token; rejects as `fetchKeys` does if it cannot know the key now
 */
export function createKeySet(fetchKeys: () => Promise<FindKey>, now: () => number): FindKey {
  let fetched: Fetched | undefined;
  let pending: Promise<Fetched> | undefined;
  let unknownKeyRefetchAfter = Number.NEGATIVE_INFINITY;
  let failed: { readonly reason: unknown; readonly retryAfter: number } | undefined;

  async function load(): Promise<Fetched> {
    try {
      fetched = { find: await fetchKeys(), at: now() };
      failed = undefined;
      return fetched;
    } catch (reason) {
      failed = { reason, retryAfter: now() + RETRY_SECONDS };
      throw reason;
    } finally {
      pending = undefined;
    }
  }

  // Concurrent requests share one fetch.
  function loadOnce(): Promise<Fetched> {
    pending ??= load();
    return pending;
  }

  async function current(): Promise<Fetched> {
    if (fetched === undefined) return loadOnce();
    const age = now() - fetched.at;
    if (age < FRESH_SECONDS) return fetched;
    if (age >= STALE_SECONDS) return loadOnce();
    if (failed !== undefined && now() < failed.retryAfter) return fetched;
    const stale = fetched;
    return loadOnce().catch(() => stale);
  }

  async function newerThan(known: Fetched): Promise<Fetched | undefined> {
    if (fetched !== undefined && fetched !== known) return fetched;
    if (pending !== undefined) return pending;
    // Whether the key is new cannot be known while the server does not respond: not an error of the token.
    if (failed !== undefined && now() < failed.retryAfter) throw failed.reason;
    if (failed === undefined && now() < unknownKeyRefetchAfter) return undefined;
    unknownKeyRefetchAfter = now() + UNKNOWN_KEY_COOLDOWN_SECONDS;
    return loadOnce();
  }

  return async (alg, kid) => {
    const known = await current();
    const key = await known.find(alg, kid);
    if (key !== undefined) return key;
    const newer = await newerThan(known);
    return newer?.find(alg, kid);
  };
}
