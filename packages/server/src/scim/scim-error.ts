import { Problem } from '../api/problem.js';
import { type JsonResponse, json } from '../endpoints/endpoint.js';
import type { Refusal } from '../protocol/index.js';

/** The kinds of errors (RFC 7644 §3.12). */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** A refusal of a SCIM request with its kind. */
export class ScimError extends Problem {
  readonly scimType: ScimType;

  constructor(scimType: ScimType, description: string, status = 400) {
    super(status, description);
    this.scimType = scimType;
  }
}

export const SCIM_MEDIA_TYPE = 'application/scim+json';

/** The response of a refusal (RFC 7644 §3.12). */
export function scimErrorResponse(refusal: Refusal): JsonResponse {
  const { status, description, headers, challenge } = refusal;
  const body = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(refusal instanceof ScimError ? { scimType: refusal.scimType } : {}),
    detail: description,
  };
  return { ...json(status, body, { ...headers, 'content-type': SCIM_MEDIA_TYPE }), challenge };
}
