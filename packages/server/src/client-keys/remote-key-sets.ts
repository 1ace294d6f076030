import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { type BoundedCache, createBoundedCache } from '../memory/bounded-cache.js';
import type { MemoryTables } from '../memory/tables.js';
import { type Allowance, spend } from '../outbound/allowance.js';
import { type Outbound, type OutboundCaller, OutboundError } from '../outbound/outbound.js';
import { ClientKeysError } from './client-keys-error.js';
import { type KeySet, readKeySet } from './key-set.js';

/** How long a fetched set is used without a look at its URI, in seconds. */
const LIFETIME_SECONDS = 300;

/**
 * How long a set may be used after its lifetime where its URI cannot be fetched, in seconds. A key that the client
 * has removed is accepted no longer than this plus the lifetime.
 */
const STALE_SECONDS = 3600;

/** How long one URI is not fetched again for a client after it failed, in seconds. */
const REST_SECONDS = 30;

/**
 * How often one URI may be fetched for a client because a key was missed. A client that has just rotated its keys needs
 * it at once; invented key IDs must not make Grantor call a server without end (OpenID Connect Core 1.0 §10.1.1).
 */
const FETCHES = { burst: 3, everySeconds: 5 };

/** The most sets that are kept; the one that was used longest ago makes room. */
const MAX_SETS = 200;

/** The most URIs that are remembered as responding. More than the cached sets, which new clients evict. */
const MAX_ANSWERED = 10_000;

/** A set, and whether it was fetched for this very request. */
export interface RemoteKeySet {
  readonly keys: KeySet;
  readonly isFresh: boolean;
}

/** Key sets behind the `jwks_uri` of apps. */
export interface RemoteKeySets {
  /**
   * The key set of a URI, cached or fetched. Simultaneous requests share one call. A set that cannot be fetched again
   * stays in use for an hour after its lifetime.
   *
   * @param clientId the client, since calls in progress are limited for each client
   * @throws ClientKeysError where there is no usable set
   */
  get(uri: string, clientId: string): Promise<RemoteKeySet>;
  /**
   * The set after a key was missed in it: fetched again where that is allowed by now.
   *
   * @param missed the set that the key was missed in
   * @throws ClientKeysError where it cannot be fetched
   */
  refresh(uri: string, clientId: string, missed: KeySet): Promise<KeySet>;
}

interface Entry {
  /** The last set that could be used, and when it was fetched. */
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
  const answered: BoundedCache<1> = createBoundedCache(tables, clock, {
    name: 'jwks_uri that answered, by client',
    maxEntries: MAX_ANSWERED,
  });

  /** Of one client: another that names the same URI can neither spend its fetches nor make it wait after a failure. */
  function entryOf(uri: string, clientId: string): Entry {
    const key = `${clientId} ${uri}`;
    const kept = entries.get(key);
    if (kept !== undefined) return kept;
    const entry: Entry = { known: undefined, underWay: undefined, failure: undefined, allowance: undefined };
    entries.set(key, entry);
    return entry;
  }

  /** Requests that come together share one call; a URI that has just failed is not called. */
  function fetchOnce(entry: Entry, uri: string, clientId: string): Promise<KeySet> {
    if (entry.underWay !== undefined) return entry.underWay;
    if (entry.failure !== undefined && clock() - entry.failure.at < REST_SECONDS) {
      return Promise.reject(entry.failure.error);
    }
    const name = sha256(`${clientId} ${uri}`);
    const hasAnswered = answered.get(name) !== undefined;
    const call = fetchKeySet(outbound, uri, { purpose: 'keySet', clientId, hasAnswered }, rsaExponents);
    entry.underWay = call.then(
      (keys) => {
        answered.set(name, 1);
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
          answered.delete(name);
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
          // Already asked for: it would fail again.
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

/** Whether a failure is the URI's. Where Grantor itself was too busy to call it, it may be called as soon as it can be. */
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
    if (status !== 200) throw new Error(`it answered ${status}`);
    document = JSON.parse(body);
  } catch (cause) {
    // What went wrong may tell about our network: it is for the log.
    throw new ClientKeysError("the key set at this app's 'jwks_uri' could not be fetched", { cause });
  }
  return readKeySet(document, "the key set at this app's 'jwks_uri'", rsaExponents);
}
