import { isKnown } from '../endpoints/document.js';
import type { BytesResponse } from '../endpoints/endpoint.js';
import { pictureHeaders } from '../endpoints/picture-headers.js';
import type { Asset } from '../pages/index.js';

/**
 * Serves a file from one buffer.
 *
 * @param cacheControl unlimited by default, since the path of a file on a page changes with its content
 */
export function assetEndpoint(
  { body, type, etag }: Omit<Asset, 'path'>,
  cacheControl = 'public, max-age=31536000, immutable',
): (headers: Headers) => BytesResponse {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const cached = {
    'cache-control': cacheControl,
    etag,
    ...(type.startsWith('image/') ? pictureHeaders : {}),
  };
  return (headers) =>
    isKnown(headers, etag)
      ? { kind: 'bytes', status: 304, body: undefined, headers: cached }
      : { kind: 'bytes', status: 200, body: bytes, headers: { ...cached, 'content-type': type } };
}
