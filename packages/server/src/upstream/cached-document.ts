import type { Clock } from '../crypto/clock.js';
import { type Allowance, spend } from '../outbound/allowance.js';

/** How long a document is not fetched again after a failure, in seconds. */
const REST_SECONDS = 30;

/** How often it is fetched before its lifetime ends, because something was missing in it. */
const REFRESHES = { burst: 3, everySeconds: 30 };

/** What something was missing for. Each has an allowance of its own: strangers send tokens with any key ID to the logout endpoint. */
export type RefreshCause = 'signIn' | 'logout';

/** A document of a provider. Simultaneous requests share one call, so that clicks on a button cost no calls. */
export interface CachedDocument<T> {
  /** @throws what fetching it throws, for 30 seconds without a call */
  get(): Promise<T>;
  /** The document after something was missing in it, fetched again if that is allowed. */
  refresh(missed: T, cause: RefreshCause): Promise<T>;
}

export interface CachedDocumentSettings {
  /** How long it is used before it is fetched again, in seconds. */
  readonly lifetimeSeconds: number;
  /** How long it is used after that if it cannot be fetched, in seconds. */
  readonly staleSeconds: number;
}

export function createCachedDocument<T>(
  fetch: () => Promise<T>,
  clock: Clock,
  { lifetimeSeconds, staleSeconds }: CachedDocumentSettings,
): CachedDocument<T> {
  let known: { readonly document: T; readonly at: number } | undefined;
  let underWay: Promise<T> | undefined;
  let failure: { readonly error: unknown; readonly at: number } | undefined;
  const allowances = new Map<RefreshCause, Allowance>();

  async function fetchOnce(): Promise<T> {
    if (failure !== undefined && clock() - failure.at < REST_SECONDS) throw failure.error;
    underWay ??= fetch().finally(() => {
      underWay = undefined;
    });
    try {
      const document = await underWay;
      known = { document, at: clock() };
      failure = undefined;
      return document;
    } catch (error) {
      failure = { error, at: clock() };
      throw error;
    }
  }

  return {
    async get() {
      if (known !== undefined && clock() < known.at + lifetimeSeconds) return known.document;
      try {
        return await fetchOnce();
      } catch (error) {
        if (known !== undefined && clock() < known.at + lifetimeSeconds + staleSeconds) return known.document;
        throw error;
      }
    },
    async refresh(missed, cause) {
      if (known !== undefined && known.document !== missed) return known.document;
      const left = spend(allowances.get(cause), REFRESHES, clock());
      if (left === undefined) return missed;
      allowances.set(cause, left);
      return fetchOnce();
    },
  };
}
