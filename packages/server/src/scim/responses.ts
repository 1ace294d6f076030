import { Problem } from '../api/problem.js';
import { type JsonResponse, json } from '../endpoints/endpoint.js';
import { isObject, type Resource } from './resource.js';
import { SCIM_MEDIA_TYPE } from './scim-error.js';

/** A response with one resource, its address and its version. */
export function resourceResponse(status: number, resource: Resource, shown: Resource): JsonResponse {
  const { location, version } = isObject(resource.meta) ? resource.meta : {};
  return json(status, shown, {
    'content-type': SCIM_MEDIA_TYPE,
    ...(typeof version === 'string' ? { etag: version } : {}),
    ...(status === 201 && typeof location === 'string' ? { location } : {}),
  });
}

export const deletedResponse: JsonResponse = { kind: 'json', status: 204, body: undefined };

/** RFC 7644 §3.14: a client that has the resource gets no body. */
export function isUnchanged(headers: Headers, version: string): boolean {
  const known = headers.get('if-none-match');
  return known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === version) === true;
}

export function notModified(version: string): JsonResponse {
  return { kind: 'json', status: 304, body: undefined, headers: { etag: version } };
}

/** @returns the refusal for a resource that does not exist; it has no `scimType` (RFC 7644 §3.12) */
export const missing = () => new Problem(404, 'There is no resource with this ID');
