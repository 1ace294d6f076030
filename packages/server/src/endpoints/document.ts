import { createHash } from 'node:crypto';
import type { BytesResponse, Endpoint, EndpointRequest } from './endpoint.js';

/** A public document as it is served: made once, compared by its tag. */
export interface ServedDocument {
  readonly fresh: BytesResponse;
  /** For who has it already (RFC 9110 §15.4.5). */
  readonly notModified: BytesResponse;
  readonly etag: string;
}

/** @param maxAgeSeconds how long anybody may keep it without asking again */
export function createDocument(content: unknown, maxAgeSeconds: number): ServedDocument {
  // One buffer for all responses: a client that takes it slowly holds no copy of it.
  const body = new TextEncoder().encode(JSON.stringify(content));
  const etag = etagOf(body);
  const headers = { 'cache-control': `public, max-age=${maxAgeSeconds}`, etag };
  return {
    fresh: { kind: 'bytes', status: 200, body, headers: { ...headers, 'content-type': 'application/json' } },
    notModified: { kind: 'bytes', status: 304, body: undefined, headers },
    etag,
  };
}

/** The entity tag of what is the same as long as its bytes are (RFC 9110 §8.8.3). */
export function etagOf(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}

/** Serves what `current` gives, which is made when it changes and not each time it is asked for. */
export function documentEndpoint(current: () => ServedDocument): Endpoint {
  return ({ headers }) => {
    const document = current();
    return isKnown(headers, document.etag) ? document.notModified : document.fresh;
  };
}

/** RFC 9110 §13.1.2: any of the tags will do, weak ones too. */
export function isKnown(headers: EndpointRequest['headers'], etag: string): boolean {
  const known = headers.get('if-none-match');
  if (known === null) return false;
  return known.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
