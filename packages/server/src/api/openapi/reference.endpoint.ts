import type { Endpoint } from '../../endpoints/endpoint.js';
import { basePathOf, paths } from '../../endpoints/paths.js';
import { ApiReferencePage, prerender } from '../../pages/index.js';
import type { OpenApiDocument } from './openapi-types.js';
import { referenceOf } from './reference.js';

/** `GET /api/docs`: what this API takes and answers, for people. */
export function apiReferenceEndpoint(document: OpenApiDocument, issuer: string): Endpoint {
  const reference = referenceOf(document, paths.openApi[0]);
  // It is long, the same for everybody, and anybody may ask for it as often as they like.
  const page = prerender(ApiReferencePage(reference), basePathOf(issuer));
  return () => ({ kind: 'page', status: 200, page });
}
