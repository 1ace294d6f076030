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

/** After how long a request that has not ended never will: its process is gone. */
const LONGEST_REQUEST_SECONDS = 300;

const RETRY_SECONDS = 2;

/** How many keys that could not be released are remembered, and for how long, in seconds. */
const MAX_UNRELEASED = 10_000;
const UNRELEASED_KEPT_SECONDS = 3600;

/** What an `Idempotency-Key` may be: visible ASCII, without spaces. */
const KEY = /^[\x21-\x7e]{1,255}$/;

export interface IdempotencyDependencies {
  readonly requests: IdempotentRequestStore;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly tables: MemoryTables;
}

/** Does what a request asks for, or repeats the response of the first time it was sent. */
export type Once = (
  principal: Principal,
  incoming: EndpointRequest,
  run: () => Promise<EndpointResponse>,
) => Promise<EndpointResponse>;

/**
 * Lets callers send a POST again whose response they did not get, without its being done again: with the header
 * `Idempotency-Key`, of several that are the same one is done, and all get its response. A refusal leaves the key
 * free, since nothing was done. So does a 503 before anything was written. After any other failure it is unknown what
 * was done, and the key stays taken.
 */
export function createIdempotency({ requests, sealer, clock, tables }: IdempotencyDependencies): Once {
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
        'This Idempotency-Key was sent with another request; take a new key for a new one',
      );
    }
    const response = found.sealedAnswer === null ? undefined : open(sealer, found.sealedAnswer);
    if (response !== undefined) {
      return { ...response, headers: { ...response.headers, 'idempotency-replayed': 'true' } };
    }
    const isUnderWay =
      found.sealedAnswer === null && !found.isUnknown && clock() - found.createdAt < LONGEST_REQUEST_SECONDS;
    if (isUnderWay) {
      throw new Problem(409, 'A request with this Idempotency-Key is under way; send it again in a moment', {
        headers: retryAfter(RETRY_SECONDS),
      });
    }
    throw new Problem(
      409,
      'How the first request with this Idempotency-Key ended is not known: it may have been done. Look, and take a new key',
    );
  }

  return async (principal, incoming, run) => {
    const key = incoming.headers.get('idempotency-key');
    // Who says nothing of who they are has no keys of their own.
    if (incoming.method !== 'POST' || key === null || principal.credential.kind === 'nothing') return run();
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
 * Who sends a request, with as much power as they have. An response may hold a secret of as much as it was asked for
 * with: what a person got by their session is not for a key of theirs that may do less.
 */
function powerOf(principal: Principal): string {
  const name = callerName(principal);
  return principal.scopes === null ? name : `${name} ${sha256([...principal.scopes].toSorted().join(' '))}`;
}

/** What makes two requests the same, whatever their credentials. */
function fingerprintOf({ method, path, query, body }: EndpointRequest): string {
  return sha256(JSON.stringify([method, path, query, body?.mediaType ?? null, body?.text ?? null]));
}

/** Whether nothing was done when a request ended with this: it was refused, or the server was not ready for it. */
function didNothing(error: unknown): boolean {
  if (error instanceof Refusal) return error.status < 500;
  if (error instanceof StorageUnavailable) return !error.mayBeWritten;
  return error instanceof OwnerGone || error instanceof QueueFull;
}

/** Responses may hold a secret that is shown this once. */
function seal(sealer: Sealer, response: JsonResponse): string {
  return sealer.seal(JSON.stringify(response));
}

function open(sealer: Sealer, sealed: string): JsonResponse | undefined {
  const text = sealer.open(sealed);
  // What was sealed with our secret is what `seal` made.
  return text === undefined ? undefined : (JSON.parse(text) as JsonResponse);
}
