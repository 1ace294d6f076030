import type { Clock } from '../crypto/clock.js';
import { type BoundedCache, createBoundedCache } from '../memory/bounded-cache.js';
import type { MemoryTables } from '../memory/tables.js';
import { type Allowance, spend } from '../outbound/allowance.js';
import type { Outbound, OutboundResponse } from '../outbound/outbound.js';
import { OAuthError } from '../protocol/index.js';

/** How long a request object is cached at most, in seconds. */
const MAX_CACHE_SECONDS = 300;

/** How long a URI is not fetched again after a failure, in seconds. */
const REST_SECONDS = 10;

/** How often request objects of one client are fetched: 30 at once, and 60 in a minute. */
const FETCHES = { burst: 30, everySeconds: 1 };

const MAX_REQUEST_OBJECTS = 200;
const MAX_CLIENTS = 1000;

export interface RequestUriDependencies {
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly tables: MemoryTables;
}

/** Request objects behind a `request_uri` (OpenID Connect Core 1.0 §6.2, RFC 9101 §5.2). */
export interface RequestUris {
  /**
   * Fetches a request object, or takes it from the cache. Only registered URIs are fetched, so that a request cannot make
   * Grantor call an address of its choice (SSRF).
   *
   * @param registered the client's `request_uris`
   * @throws OAuthError `invalid_request_uri`; `temporarily_unavailable` where those of the client are fetched too often
   */
  fetch(uri: string, registered: readonly string[], clientId: string): Promise<string>;
}

export function createRequestUris({ outbound, clock, tables }: RequestUriDependencies): RequestUris {
  const objects: BoundedCache<Promise<string>> = createBoundedCache(tables, clock, {
    name: 'request objects by client and request_uri',
    maxEntries: MAX_REQUEST_OBJECTS,
  });
  const allowances: BoundedCache<Allowance> = createBoundedCache(tables, clock, {
    name: 'fetches of request objects by client',
    maxEntries: MAX_CLIENTS,
    ttlSeconds: FETCHES.burst * FETCHES.everySeconds,
  });

  function fetchOnce(uri: string, clientId: string): Promise<string> {
    const key = `${clientId} ${uri}`;
    const kept = objects.get(key);
    if (kept !== undefined) return kept;
    const left = spend(allowances.get(clientId), FETCHES, clock());
    if (left === undefined) {
      throw new OAuthError(
        'temporarily_unavailable',
        "'request_uri' of this app is fetched too often; try again in some seconds, or send 'request'",
      );
    }
    allowances.set(clientId, left);
    const call = fetchText(outbound, uri, clientId);
    const text = call.then(({ body }) => body.trim());
    // All requests share this call until it ends, and for a while after a failure.
    objects.set(key, text, REST_SECONDS);
    call
      .then((response) => objects.set(key, text, cacheSeconds(response, uri.includes('#'))))
      .catch(() => objects.set(key, text, REST_SECONDS));
    return text;
  }

  return {
    async fetch(uri, registered, clientId) {
      const address = withoutFragment(uri);
      // §6.2: the fragment identifies the version of the content. It is not part of the address.
      if (!registered.some((one) => withoutFragment(one) === address)) {
        throw invalid("is not registered for this app; it must equal one of its 'request_uris'");
      }
      return fetchOnce(uri, clientId);
    },
  };
}

async function fetchText(outbound: Outbound, uri: string, clientId: string): Promise<OutboundResponse> {
  try {
    const response = await outbound.get(
      withoutFragment(uri),
      'application/oauth-authz-req+jwt, application/jwt',
      { purpose: 'requestObject', clientId },
    );
    if (response.status !== 200) throw new Error(`the status is ${response.status}`);
    return response;
  } catch (cause) {
    // The reason may reveal something about this server's network, and is only logged.
    throw invalid('could not be fetched', cause);
  }
}

/**
 * How long a response may be used, in seconds. §6.2: a client that changes the content sends another fragment. Without a
 * fragment, a response is cached only where its headers allow it (RFC 9111 §5.2.2).
 */
function cacheSeconds({ headers }: OutboundResponse, hasFragment: boolean): number {
  const control = headers.get('cache-control') ?? '';
  if (/\bno-(?:store|cache)\b/i.test(control)) return 0;
  const [, maxAge] = /\bmax-age="?(\d{1,10})/i.exec(control) ?? [];
  const seconds = maxAge === undefined ? (hasFragment ? MAX_CACHE_SECONDS : 0) : Number(maxAge);
  return Math.min(seconds, MAX_CACHE_SECONDS);
}

function withoutFragment(uri: string): string {
  return uri.split('#', 1)[0] ?? '';
}

function invalid(what: string, cause?: unknown): OAuthError {
  const internal = cause instanceof Error ? cause.message : what;
  return new OAuthError('invalid_request_uri', `'request_uri' ${what}`, { cause, internal });
}
