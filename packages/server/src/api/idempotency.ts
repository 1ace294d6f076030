import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { Sealer } from '../crypto/seal.js';
import type { EndpointRequest, EndpointResponse, JsonResponse } from '../endpoints/endpoint.js';
import type { Principal } from '../principals/principal.js';
import { Refusal, retryAfter } from '../protocol/index.js';
import { type IdempotentRequest, type IdempotentRequestStore, OwnerGone } from '../storage/ports/index.js';
import { callerName } from './caller-name.js';
import { Problem } from './problem.js';

/** How long the response to a request is kept for its repeats. */
const RESPONSES_KEPT_SECONDS = 86_400;

/** After how long a request that has not ended never will: its process is gone. */
const LONGEST_REQUEST_SECONDS = 300;

const RETRY_SECONDS = 2;

/** What an `Idempotency-Key` may be: visible ASCII, without spaces. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Does what a request asks for, or repeats the response of the first time it was sent. */
export type Once = (
  principal: Principal,
  incoming: EndpointRequest,
  run: () => Promise<EndpointResponse>,
) => Promise<EndpointResponse>;

/**
 * Lets callers send a POST again whose response they did not get, without its being done again: with the header
 * `Idempotency-Key`, of several that are the same one is done, and all get its response. A refusal leaves the key
 * free, since nothing was done. After a failure nobody knows what was done, and the key stays taken.
 */
export function createIdempotency(requests: IdempotentRequestStore, sealer: Sealer, clock: Clock): Once {
  async function first(name: RequestName, run: () => Promise<EndpointResponse>): Promise<EndpointResponse> {
    let response: EndpointResponse;
    try {
      response = await run();
    } catch (error) {
      if (isRefusal(error)) await requests.release(name);
      else await requests.giveUp(name);
      throw error;
    }
    if (response.kind === 'json' && response.status < 400) await requests.keep(name, seal(sealer, response));
    else await requests.release(name);
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
    const found = await requests.claim(
      { ...name, fingerprint, createdAt: now },
      now - RESPONSES_KEPT_SECONDS,
    );
    return found === 'claimed' ? first(name, run) : repeat(found, fingerprint);
  };
}

type RequestName = Parameters<IdempotentRequestStore['release']>[0];

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

/** Whether nothing was done. */
function isRefusal(error: unknown): boolean {
  if (error instanceof Refusal) return error.status < 500;
  return error instanceof OwnerGone;
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
