import type { Operation } from '../api/operation.js';
import type { EndpointResponse } from '../endpoints/endpoint.js';
import type { ManagementScope } from '../scopes/management-scopes.js';

/** The part of the path that all SCIM endpoints have. */
export const SCIM = '/scim/v2';

/** An operation of SCIM. The management API checks its caller, its scope and its limits. */
export type ScimOperation = Pick<Operation, 'access' | 'maxBodyBytes' | 'method' | 'paths' | 'run'>;

type Run = (
  call: Parameters<Operation['run']>[0],
  query: string,
) => EndpointResponse | Promise<EndpointResponse>;

/** A group with many members takes more than the usual body. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * @param path below the base
 * @param run throws Problem
 */
export function scimOperation(method: Operation['method'], path: string, run: Run): ScimOperation {
  const scope: ManagementScope = method === 'GET' ? 'grantor.scim:read' : 'grantor.scim:write';
  return {
    method,
    paths: [SCIM + path],
    access: { role: 'administrator', scope },
    maxBodyBytes: MAX_BODY_BYTES,
    run: async (call, query) => run(call, query),
  };
}

/** The ID in the path. */
export function idIn({ incoming }: Parameters<Operation['run']>[0]): string {
  return incoming.pathParameters.id ?? '';
}
