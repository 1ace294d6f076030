import type { Endpoint } from '../../endpoints/endpoint.js';
import { basePathOf, paths } from '../../endpoints/paths.js';
import { ApiReferencePage, prerender } from '../../pages/index.js';
import type { OpenApiDocument } from './openapi-types.js';
import { referenceOf } from './reference.js';

/**
 * `GET /api/docs`: what this API takes and answers, for people.
 *
 * @param documentOf called once, for the first who asks: no start should wait for it
 */
export function apiReferenceEndpoint(documentOf: () => OpenApiDocument, issuer: string): Endpoint {
  // It is long, the same for everybody, and anybody may ask for it as often as they like.
  let page: ReturnType<typeof prerender> | undefined;
  return () => {
    page ??= prerender(ApiReferencePage(referenceOf(documentOf(), paths.openApi[0])), basePathOf(issuer));
    return { kind: 'page', status: 200, page };
  };
}
