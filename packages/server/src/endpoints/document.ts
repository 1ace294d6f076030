import { createHash } from 'node:crypto';
import type { Endpoint, Incoming, JsonAnswer } from './endpoint.js';

/** A public document as it is served: made once, compared by its tag. */
export interface ServedDocument {
  readonly fresh: JsonAnswer;
  /** For who has it already (RFC 9110 §15.4.5). */
  readonly notModified: JsonAnswer;
  readonly etag: string;
}

/** @param maxAgeSeconds how long anybody may keep it without asking again */
export function createDocument(content: unknown, maxAgeSeconds: number): ServedDocument {
  const body = JSON.stringify(content);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = { 'cache-control': `public, max-age=${maxAgeSeconds}`, etag };
  return {
    fresh: { kind: 'json', status: 200, body, headers },
    notModified: { kind: 'json', status: 304, body: undefined, headers },
    etag,
  };
}

/** Serves what `current` gives, which is made when it changes and not each time it is asked for. */
export function documentEndpoint(current: () => ServedDocument): Endpoint {
  return ({ headers }) => {
    const document = current();
    return isKnown(headers, document.etag) ? document.notModified : document.fresh;
  };
}

/** RFC 9110 §13.1.2: any of the tags will do, weak ones too. */
export function isKnown(headers: Incoming['headers'], etag: string): boolean {
  const known = headers.get('if-none-match');
  if (known === null) return false;
  return known.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
