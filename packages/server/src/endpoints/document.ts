import { createHash } from 'node:crypto';
import type { BytesResponse, Endpoint, EndpointRequest } from './endpoint.js';

/** A public document: serialized once, and compared by its entity tag. */
export interface ServedDocument {
  readonly fresh: BytesResponse;
  /** For a client that has the document (RFC 9110 §15.4.5). */
  readonly notModified: BytesResponse;
  readonly etag: string;
}

/** @param maxAgeSeconds how long caches may keep it without revalidation */
export function createDocument(content: unknown, maxAgeSeconds: number): ServedDocument {
  // One buffer for all responses: a client that reads slowly holds no copy of it.
  const body = new TextEncoder().encode(JSON.stringify(content));
  const etag = etagOf(body);
  const headers = { 'cache-control': `public, max-age=${maxAgeSeconds}`, etag };
  return {
    fresh: { kind: 'bytes', status: 200, body, headers: { ...headers, 'content-type': 'application/json' } },
    notModified: { kind: 'bytes', status: 304, body: undefined, headers },
    etag,
  };
}

/** The entity tag of these bytes (RFC 9110 §8.8.3). */
export function etagOf(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}

/** @param current returns the document, and builds it only where its content has changed */
export function documentEndpoint(current: () => ServedDocument): Endpoint {
  return ({ headers }) => {
    const document = current();
    return isKnown(headers, document.etag) ? document.notModified : document.fresh;
  };
}

/** Whether the client has the document: one of the tags matches, by weak comparison (RFC 9110 §13.1.2). */
export function isKnown(headers: EndpointRequest['headers'], etag: string): boolean {
  const known = headers.get('if-none-match');
  if (known === null) return false;
  return known.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
