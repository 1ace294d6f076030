import { createDocument, documentEndpoint, type ServedDocument } from '../../endpoints/document.js';
import type { Endpoint } from '../../endpoints/endpoint.js';
import type { OpenApiDocument } from './openapi-types.js';

/** It changes only with the version of the server. Browsers check it by its entity tag. */
const MAX_AGE_SECONDS = 300;

/**
 * `GET /api/openapi.json`: the OpenAPI document.
 *
 * @param documentOf called on the first request, so that starting the server does not wait for it
 */
export function openApiEndpoint(documentOf: () => OpenApiDocument): Endpoint {
  let served: ServedDocument | undefined;
  return documentEndpoint(() => {
    served ??= createDocument(documentOf(), MAX_AGE_SECONDS);
    return served;
  });
}
