import { etagOf, isKnown } from '../../endpoints/document.js';
import type { Endpoint } from '../../endpoints/endpoint.js';
import { paths } from '../../endpoints/paths.js';
import { ApiReferencePage, type PageContext, pageElement, renderPage } from '../../pages/index.js';
import type { OpenApiDocument } from './openapi-types.js';
import { referenceOf } from './reference.js';

/**
 * `GET /api/docs`: the API reference as a page.
 *
 * @param documentOf called on the first request, so that starting the server does not wait for it
 */
export function apiReferenceEndpoint(documentOf: () => OpenApiDocument, context: PageContext): Endpoint {
  // The page is long and the same for every browser, and anyone may request it: one buffer is sent to all.
  let page: Uint8Array<ArrayBuffer> | undefined;
  let etag = '';
  return ({ headers }) => {
    if (page === undefined) {
      const element = pageElement(ApiReferencePage, referenceOf(documentOf(), paths.openApi[0]));
      page = new TextEncoder().encode(renderPage(element, context));
      etag = etagOf(page);
    }
    const cached = { 'cache-control': 'public, max-age=300', etag };
    return isKnown(headers, etag)
      ? { kind: 'page', status: 304, page: undefined, headers: cached }
      : { kind: 'page', status: 200, page, headers: cached };
  };
}
