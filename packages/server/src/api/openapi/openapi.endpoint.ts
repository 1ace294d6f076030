import { createDocument, documentEndpoint, type ServedDocument } from '../../endpoints/document.js';
import type { Endpoint } from '../../endpoints/endpoint.js';
import type { OpenApiDocument } from './openapi-types.js';

/** It changes with the version of the server alone; who has it asks again by its tag. */
const MAX_AGE_SECONDS = 300;

/**
 * `GET /api/openapi.json`: the OpenAPI document.
 *
 * @param documentOf called once, for the first who asks: no start should wait for it
 */
export function openApiEndpoint(documentOf: () => OpenApiDocument): Endpoint {
  let served: ServedDocument | undefined;
  return documentEndpoint(() => {
    served ??= createDocument(documentOf(), MAX_AGE_SECONDS);
    return served;
  });
}
