import { sha256 } from '../crypto/hash.js';
import { accentStylesheet, type Brand } from '../pages/index.js';
import { OAuthError } from '../protocol/index.js';
import { isKnown } from './document.js';
import type { Endpoint } from './endpoint.js';

/** A day, since the other colours of the service may change. */
const CACHE_CONTROL = 'public, max-age=86400';

/**
 * `GET /assets/accent/{mode}-{colour}.css`: the stylesheet for the accent of an app. It follows from its name alone, so that
 * no app can put a rule of its own into it, and nothing is read or stored for a request.
 */
export function accentEndpoint(brand: Brand): Endpoint {
  return async ({ pathParameters: { name = '' }, headers }) => {
    const css = accentStylesheet(brand, name);
    if (css === undefined) {
      throw new OAuthError('invalid_request', 'There is no stylesheet at this address', { status: 404 });
    }
    const etag = `"${sha256(css).slice(0, 22)}"`;
    const cached = { 'cache-control': CACHE_CONTROL, etag };
    return isKnown(headers, etag)
      ? { kind: 'bytes', status: 304, body: undefined, headers: cached }
      : {
          kind: 'bytes',
          status: 200,
          body: new TextEncoder().encode(css),
          headers: { ...cached, 'content-type': 'text/css; charset=utf-8' },
        };
  };
}
