import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { Sealer } from '../crypto/seal.js';
import type { EndpointRequest, EndpointResponse, JsonResponse } from '../endpoints/endpoint.js';
import { type BoundedCache, createBoundedCache } from '../memory/bounded-cache.js';
import type { MemoryTables } from '../memory/tables.js';
import type { Principal } from '../principals/principal.js';
import { Refusal, retryAfter } from '../protocol/index.js';
import {
  type IdempotentRequest,
  type IdempotentRequestStore,
  OwnerGone,
  StorageUnavailable,
} from '../storage/ports/index.js';
import { QueueFull } from '../throttling/fair-queue.js';
import { callerName } from './caller-name.js';
import { Problem } from './problem.js';

/** How long the response to a request is kept for its repeats. */
const RESPONSES_KEPT_SECONDS = 86_400;

/** After this time, a request that has not ended is abandoned: its process has stopped. */
const LONGEST_REQUEST_SECONDS = 300;

const RETRY_SECONDS = 2;

/** How many keys that could not be released are remembered, and for how long, in seconds. */
const MAX_UNRELEASED = 10_000;
const UNRELEASED_KEPT_SECONDS = 3600;

/** The syntax of an `Idempotency-Key`: visible ASCII without spaces. */
const KEY = /^[\x21-\x7e]{1,255}$/;

export interface IdempotencyDependencies {
  readonly requests: IdempotentRequestStore;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly tables: MemoryTables;
}

/** Runs a request, or repeats the response to the first request with the same key. */
export type RunOnce = (
  principal: Principal,
  incoming: EndpointRequest,
  run: () => Promise<EndpointResponse>,
) => Promise<EndpointResponse>;

/**
 * Lets callers repeat a POST whose response was lost. Of several requests with the same `Idempotency-Key`, one is
 * run and all get its response. A refusal frees the key, since nothing was changed. So does a 503 before anything was
 * written. Any other failure keeps the key, since the result is unknown.
 */
export function createIdempotency({ requests, sealer, clock, tables }: IdempotencyDependencies): RunOnce {
  const unreleased: BoundedCache<Claim> = createBoundedCache(tables, clock, {
    name: 'idempotency keys that could not be released',
    maxEntries: MAX_UNRELEASED,
    ttlSeconds: UNRELEASED_KEPT_SECONDS,
  });

  /** What makes an operation fail often makes this fail too: the next request with the key tries it again. */
  async function release(claim: Claim): Promise<void> {
    try {
      await requests.release(claim);
    } catch (error) {
      unreleased.set(nameOf(claim), claim);
      throw error;
    }
  }

  async function releaseAtLast({ caller, keyHash }: RequestName): Promise<void> {
    const name = nameOf({ caller, keyHash });
    const claim = unreleased.get(name);
    if (claim === undefined) return;
    unreleased.delete(name);
    await release(claim);
  }

  async function first(claim: Claim, run: () => Promise<EndpointResponse>): Promise<EndpointResponse> {
    let response: EndpointResponse;
    try {
      response = await run();
    } catch (error) {
      // Whether the key is free by now changes nothing about the response.
      if (didNothing(error)) await release(claim).catch(ignoreUnavailable);
      else await requests.giveUp(claim);
      throw error;
    }
    if (response.kind === 'json' && response.status < 400) await requests.keep(claim, seal(sealer, response));
    else await release(claim).catch(ignoreUnavailable);
    return response;
  }

  function repeat(found: IdempotentRequest, fingerprint: string): EndpointResponse {
    if (found.fingerprint !== fingerprint) {
      throw new Problem(
        422,
        'This Idempotency-Key was sent with another request. Use a new key for each new request',
      );
    }
    const response = found.sealedResponse === null ? undefined : open(sealer, found.sealedResponse);
    if (response !== undefined) {
      return { ...response, headers: { ...response.headers, 'idempotency-replayed': 'true' } };
    }
    const isUnderWay =
      found.sealedResponse === null &&
      !found.isUnknown &&
      clock() - found.createdAt < LONGEST_REQUEST_SECONDS;
    if (isUnderWay) {
      throw new Problem(409, 'A request with this Idempotency-Key is in progress. Repeat it later', {
        headers: retryAfter(RETRY_SECONDS),
      });
    }
    throw new Problem(
      409,
      'The result of the first request with this Idempotency-Key is unknown. Check whether it took effect, then use a new key',
    );
  }

  return async (principal, incoming, run) => {
    const key = incoming.headers.get('idempotency-key');
    // Keys belong to a caller, so an unauthenticated request has none.
    if (incoming.method !== 'POST' || key === null || principal.credential.kind === 'none') return run();
    if (!KEY.test(key)) {
      throw new Problem(400, 'Idempotency-Key must be 1 to 255 visible ASCII characters');
    }
    const name = { caller: powerOf(principal), keyHash: sha256(key) };
    const fingerprint = fingerprintOf(incoming);
    const now = clock();
    await releaseAtLast(name);
    const found = await requests.claim(
      { ...name, fingerprint, createdAt: now },
      now - RESPONSES_KEPT_SECONDS,
    );
    return found === 'claimed' ? first({ ...name, createdAt: now }, run) : repeat(found, fingerprint);
  };
}

type Claim = Parameters<IdempotentRequestStore['release']>[0];
type RequestName = Omit<Claim, 'createdAt'>;

const nameOf = ({ caller, keyHash }: RequestName) => `${keyHash} ${caller}`;

function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof StorageUnavailable)) throw error;
}

/**
 * The caller together with its scopes. A response may hold a secret, so a credential with fewer scopes must not get
 * the response to a request with more.
 */
function powerOf(principal: Principal): string {
  const name = callerName(principal);
  return principal.scopes === null ? name : `${name} ${sha256([...principal.scopes].toSorted().join(' '))}`;
}

/** Two requests with the same fingerprint are the same request, apart from their credentials. */
function fingerprintOf({ method, path, query, body }: EndpointRequest): string {
  return sha256(JSON.stringify([method, path, query, body?.mediaType ?? null, body?.text ?? null]));
}

/** Whether the error means that nothing was changed: the request was refused, or the server was not ready. */
function didNothing(error: unknown): boolean {
  if (error instanceof Refusal) return error.status < 500;
  if (error instanceof StorageUnavailable) return !error.mayBeWritten;
  return error instanceof OwnerGone || error instanceof QueueFull;
}

/** Responses may hold a secret that is shown only once. */
function seal(sealer: Sealer, response: JsonResponse): string {
  return sealer.seal(JSON.stringify(response));
}

function open(sealer: Sealer, sealed: string): JsonResponse | undefined {
  const text = sealer.open(sealed);
  // Text that this server sealed has the type that `seal` takes.
  return text === undefined ? undefined : (JSON.parse(text) as JsonResponse);
}
