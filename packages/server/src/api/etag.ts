import { sha256 } from '../crypto/hash.js';
import { type JsonResponse, json } from '../endpoints/endpoint.js';
import { Problem } from './problem.js';

type Representation = Readonly<Record<string, unknown>>;

/** Names what something is like now (RFC 9110 §8.8.3): any change of its representation is another name. */
export function etagOf(representation: Representation): string {
  return `"${sha256(JSON.stringify(representation)).slice(0, 22)}"`;
}

/** Answers with what something is like now, and its name. */
export function tagged(status: number, representation: Representation): JsonResponse {
  return json(status, representation, { etag: etagOf(representation) });
}

/**
 * Refuses to change what is not any more as the caller saw it (RFC 9110 §13.1.1). To be asked within the unit
 * that makes the change; who sends no `If-Match` takes what there is.
 *
 * @throws Problem 412
 */
export function refuseStale(headers: Headers, representation: Representation): void {
  refuseOther(headers, etagOf(representation));
}

/**
 * The same, of what has a name of its own now.
 *
 * @throws Problem 412
 */
export function refuseOther(headers: Headers, current: string): void {
  const wanted = headers.get('if-match');
  if (wanted === null || wanted.trim() === '*') return;
  if (wanted.split(',').some((tag) => tag.trim() === current)) return;
  throw new Problem(
    412,
    'Somebody has changed it since you read it: read it again, and send your change anew',
    {
      headers: { etag: current },
    },
  );
}
