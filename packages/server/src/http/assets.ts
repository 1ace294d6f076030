import { isKnown } from '../endpoints/document.js';
import type { BytesAnswer } from '../endpoints/endpoint.js';
import type { Asset } from '../pages/index.js';

/** Serves a file that pages refer to, from one buffer. */
export function assetEndpoint({ body, type, etag }: Asset): (headers: Headers) => BytesAnswer {
  const bytes = new TextEncoder().encode(body);
  const cached = { 'cache-control': 'public, max-age=31536000, immutable', etag };
  return (headers) =>
    isKnown(headers, etag)
      ? { kind: 'bytes', status: 304, body: undefined, headers: cached }
      : { kind: 'bytes', status: 200, body: bytes, headers: { ...cached, 'content-type': type } };
}
