import { sha256 } from '../crypto/hash.js';
import { keptLogo } from '../logos/logo.js';
import { OAuthError } from '../protocol/index.js';
import { isKnown } from './document.js';
import type { Endpoint } from './endpoint.js';
import { pictureHeaders } from './picture-headers.js';

/** A day. An app that changes its logo changes the address that pages use. */
const MAX_AGE_SECONDS = 86_400;

/**
 * `GET /logos/{client_id}`: the logo of an app for pages, as registered or copied from its `logo_uri`.
 */
export function logoEndpoint(findLogo: (clientId: string) => Promise<string | undefined>): Endpoint {
  return async ({ pathParameters: { id = '' }, headers }) => {
    const found = /^[A-Za-z0-9._~-]{1,128}$/.test(id) ? await findLogo(id) : undefined;
    if (found === undefined) {
      throw new OAuthError('invalid_request', 'There is no logo at this address', { status: 404 });
    }
    const etag = `"${sha256(found).slice(0, 22)}"`;
    const cached = {
      'cache-control': `public, max-age=${MAX_AGE_SECONDS}`,
      etag,
      ...pictureHeaders,
    };
    if (isKnown(headers, etag)) {
      return { kind: 'bytes', status: 304, body: undefined, headers: cached };
    }
    const { mediaType, bytes } = keptLogo(found);
    const type = { 'content-type': mediaType };
    return { kind: 'bytes', status: 200, body: new Uint8Array(bytes), headers: { ...cached, ...type } };
  };
}
