import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { type BoundedCache, createBoundedCache } from '../memory/bounded-cache.js';
import type { MemoryTables } from '../memory/tables.js';
import { type Allowance, spend } from '../outbound/allowance.js';
import { type Outbound, type OutboundCaller, OutboundError } from '../outbound/outbound.js';
import { ClientKeysError } from './client-keys-error.js';
import { type KeySet, readKeySet } from './key-set.js';

/** How long a fetched set is used before it is fetched again, in seconds. */
const LIFETIME_SECONDS = 300;

/**
 * How long a set is used after its lifetime if its URI cannot be fetched, in seconds. A key that the client has removed is
 * accepted for at most this time plus the lifetime.
 */
const STALE_SECONDS = 3600;

/** How long a URI is not fetched again for a client after a failure, in seconds. */
const REST_SECONDS = 30;

/**
 * How often a URI is fetched for a client because a key was missing. A client that has just rotated its keys needs it at
 * once. Invented key IDs must not cause unlimited calls (OpenID Connect Core 1.0 §10.1.1).
 */
const FETCHES = { burst: 3, everySeconds: 5 };

/** The most cached sets. The least recently used one is evicted. */
const MAX_SETS = 200;

/** The most URIs that are known to respond: more than the cached sets, which new clients evict. */
const MAX_RESPONDED = 10_000;

/** A set, and whether it was fetched for this request. */
export interface RemoteKeySet {
  readonly keys: KeySet;
  readonly isFresh: boolean;
}

/** Key sets behind the `jwks_uri` of apps. */
export interface RemoteKeySets {
  /**
   * The key set of a URI, cached or fetched. Simultaneous requests share one call. If a set cannot be fetched again, it is
   * used for an hour after its lifetime.
   *
   * @param clientId the client, since calls in progress are limited for each client
   * @throws ClientKeysError if there is no usable set
   */
  get(uri: string, clientId: string): Promise<RemoteKeySet>;
  /**
   * The set after a key was missing in it, fetched again if that is allowed.
   *
   * @param missed the set without the key
   * @throws ClientKeysError if it cannot be fetched
   */
  refresh(uri: string, clientId: string, missed: KeySet): Promise<KeySet>;
}

interface Entry {
  /** The last usable set, and when it was fetched. */
  known: { readonly keys: KeySet; readonly fetchedAt: number } | undefined;
  underWay: Promise<KeySet> | undefined;
  failure: { readonly error: unknown; readonly at: number } | undefined;
  allowance: Allowance | undefined;
}

export interface RemoteKeySetDependencies {
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly tables: MemoryTables;
  /** The public exponents that RSA keys may have. */
  readonly rsaExponents: readonly number[];
}

export function createRemoteKeySets(dependencies: RemoteKeySetDependencies): RemoteKeySets {
  const { outbound, clock, tables, rsaExponents } = dependencies;
  const entries: BoundedCache<Entry> = createBoundedCache(tables, clock, {
    name: 'key sets by client and jwks_uri',
    maxEntries: MAX_SETS,
  });
  const responded: BoundedCache<1> = createBoundedCache(tables, clock, {
    name: 'jwks_uri that responded, by client',
    maxEntries: MAX_RESPONDED,
  });

  /** By client: another client with the same URI can neither use up its fetches nor delay it by a failure. */
  function entryOf(uri: string, clientId: string): Entry {
    const key = `${clientId} ${uri}`;
    const kept = entries.get(key);
    if (kept !== undefined) return kept;
    const entry: Entry = { known: undefined, underWay: undefined, failure: undefined, allowance: undefined };
    entries.set(key, entry);
    return entry;
  }

  /** Simultaneous requests share one call. A URI that has just failed is not called. */
  function fetchOnce(entry: Entry, uri: string, clientId: string): Promise<KeySet> {
    if (entry.underWay !== undefined) return entry.underWay;
    if (entry.failure !== undefined && clock() - entry.failure.at < REST_SECONDS) {
      return Promise.reject(entry.failure.error);
    }
    const name = sha256(`${clientId} ${uri}`);
    const hasResponded = responded.get(name) !== undefined;
    const call = fetchKeySet(outbound, uri, { purpose: 'keySet', clientId, hasResponded }, rsaExponents);
    entry.underWay = call.then(
      (keys) => {
        responded.set(name, 1);
        Object.assign(entry, {
          known: { keys, fetchedAt: clock() },
          underWay: undefined,
          failure: undefined,
        } satisfies Partial<Entry>);
        return keys;
      },
      (error: unknown) => {
        entry.underWay = undefined;
        if (wasAsked(error)) {
          responded.delete(name);
          entry.failure = { error, at: clock() };
        }
        throw error;
      },
    );
    return entry.underWay;
  }

  function isWithin(entry: Entry, seconds: number): entry is Entry & { known: NonNullable<Entry['known']> } {
    return entry.known !== undefined && clock() < entry.known.fetchedAt + seconds;
  }

  return {
    async get(uri, clientId) {
      const entry = entryOf(uri, clientId);
      if (isWithin(entry, LIFETIME_SECONDS)) return { keys: entry.known.keys, isFresh: false };
      try {
        return { keys: await fetchOnce(entry, uri, clientId), isFresh: true };
      } catch (error) {
        if (isWithin(entry, LIFETIME_SECONDS + STALE_SECONDS)) {
          // It has just failed.
          return { keys: entry.known.keys, isFresh: true };
        }
        throw error;
      }
    },
    async refresh(uri, clientId, missed) {
      const entry = entryOf(uri, clientId);
      // Another request has fetched it since.
      if (entry.known !== undefined && entry.known.keys !== missed) return entry.known.keys;
      if (entry.underWay !== undefined) return entry.underWay;
      const left = spend(entry.allowance, FETCHES, clock());
      if (left === undefined) return missed;
      entry.allowance = left;
      return fetchOnce(entry, uri, clientId);
    },
  };
}

/** Whether the URI failed. If it was not called because no slot was free, the next request may call it. */
function wasAsked(failure: unknown): boolean {
  const cause = failure instanceof ClientKeysError ? failure.cause : undefined;
  return !(cause instanceof OutboundError && cause.foundNoSlot);
}

async function fetchKeySet(
  outbound: Outbound,
  uri: string,
  caller: OutboundCaller,
  rsaExponents: readonly number[],
): Promise<KeySet> {
  let document: unknown;
  try {
    const { status, body } = await outbound.get(uri, 'application/jwk-set+json, application/json', caller);
    if (status !== 200) throw new Error(`the response has status ${status}`);
    document = JSON.parse(body);
  } catch (cause) {
    // The cause is for the log only, since it can reveal the local network.
    throw new ClientKeysError("the key set at this app's 'jwks_uri' could not be fetched", { cause });
  }
  return readKeySet(document, "the key set at this app's 'jwks_uri'", rsaExponents);
}
