import { createLocalJWKSet, type JSONWebKeySet } from 'jose';

/** How long a fetched set is used before it is fetched again, so that a withdrawn key loses its power. */
const FRESH_SECONDS = 600;
/** How long a set may stand in while the authorization server does not answer. */
const STALE_SECONDS = 3600;
/** Unknown `kid`s cost strangers nothing; so they buy one fetch in this time, not one each. */
const UNKNOWN_KEY_COOLDOWN_SECONDS = 30;
/** The pause after a failed fetch, while there are older keys to go on with. */
export const RETRY_SECONDS = 5;

type PublicKey = Awaited<ReturnType<ReturnType<typeof createLocalJWKSet>>>;

interface Fetched {
  readonly resolve: ReturnType<typeof createLocalJWKSet>;
  readonly at: number;
}

/** The issuer's public keys: fetched when first needed, kept, and fetched again when they may have changed. */
export interface KeySet {
  /**
   * The one key that a token's header means.
   *
   * @returns undefined when the issuer publishes no such key
   * @throws KeysUnavailable when that cannot be known right now
   */
  find(header: { readonly alg?: string; readonly kid?: string }): Promise<PublicKey | undefined>;
}

/**
 * @param fetchKeys gets the JWKS; rejects with KeysUnavailable
 * @param now whole seconds since the epoch
 */
export function createKeySet(fetchKeys: () => Promise<JSONWebKeySet>, now: () => number): KeySet {
  let fetched: Fetched | undefined;
  let pending: Promise<Fetched> | undefined;
  let unknownKeyRefetchAfter = Number.NEGATIVE_INFINITY;
  let failed: { readonly reason: unknown; readonly retryAfter: number } | undefined;

  async function load(): Promise<Fetched> {
    try {
      fetched = { resolve: createLocalJWKSet(await fetchKeys()), at: now() };
      failed = undefined;
      return fetched;
    } catch (reason) {
      failed = { reason, retryAfter: now() + RETRY_SECONDS };
      throw reason;
    } finally {
      pending = undefined;
    }
  }

  // Requests that arrive together wait for one fetch.
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
    // Whether the key is new cannot be known while the server is silent: not the token's fault.
    if (failed !== undefined && now() < failed.retryAfter) throw failed.reason;
    if (failed === undefined && now() < unknownKeyRefetchAfter) return undefined;
    unknownKeyRefetchAfter = now() + UNKNOWN_KEY_COOLDOWN_SECONDS;
    return loadOnce();
  }

  return {
    async find(header) {
      const known = await current();
      const key = await resolve(known, header);
      if (key !== undefined) return key;
      const newer = await newerThan(known);
      return newer === undefined ? undefined : resolve(newer, header);
    },
  };
}

async function resolve(
  keys: Fetched,
  header: { readonly alg?: string; readonly kid?: string },
): Promise<PublicKey | undefined> {
  try {
    return await keys.resolve(header);
  } catch {
    // No such key, several that fit a token without kid, or one this runtime cannot read: none to trust.
    return undefined;
  }
}
