import { sha256 } from '../crypto/hash.js';
import { type JsonResponse, json } from '../endpoints/endpoint.js';
import { Problem } from './problem.js';

type Representation = Readonly<Record<string, unknown>>;

/** The entity tag of a representation (RFC 9110 §8.8.3). It changes with every change of the representation. */
export function etagOf(representation: Representation): string {
  return `"${sha256(JSON.stringify(representation)).slice(0, 22)}"`;
}

/** A response with a representation and its entity tag. */
export function tagged(status: number, representation: Representation): JsonResponse {
  return json(status, representation, { etag: etagOf(representation) });
}

/**
 * Refuses a change of something that has changed since the caller read it (RFC 9110 §13.1.1). Call it within the
 * transaction of the change. A request without `If-Match` always passes.
 *
 * @throws Problem 412
 */
export function refuseStale(headers: Headers, representation: Representation): void {
  refuseMismatch(headers, etagOf(representation));
}

/**
 * The same for an entity tag that is known already.
 *
 * @throws Problem 412
 */
export function refuseMismatch(headers: Headers, current: string): void {
  const wanted = headers.get('if-match');
  if (wanted === null || wanted.trim() === '*') return;
  if (wanted.split(',').some((tag) => tag.trim() === current)) return;
  throw new Problem(412, 'The resource has changed since you read it. Read it again and repeat your change', {
    headers: { etag: current },
  });
}
