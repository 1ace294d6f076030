import { createDocument, documentEndpoint } from '../../endpoints/document.js';
import type { Endpoint } from '../../endpoints/endpoint.js';
import type { OpenApiDocument } from './openapi-types.js';

/** It changes with the version of the server alone; who has it asks again by its tag. */
const MAX_AGE_SECONDS = 300;

/** `GET /api/openapi.json`: what this API takes and answers, for programs. */
export function openApiEndpoint(document: OpenApiDocument): Endpoint {
  const served = createDocument(document, MAX_AGE_SECONDS);
  return documentEndpoint(() => served);
}
