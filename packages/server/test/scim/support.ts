import { bearer } from '../../../../test/kit/api-calls.js';
import { addApiKey } from '../../../../test/kit/callers.js';
import type { TestServer } from '../../../../test/kit/servers.js';

/** A resource, list or error of SCIM. */
export type Json = Readonly<Record<string, unknown>>;

export interface ScimResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** Calls SCIM below `/scim/v2`. A body is sent as JSON; a string is sent as it is. */
export type ScimCall = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<ScimResponse>;

export function scimWith({ issuer }: Pick<TestServer, 'issuer'>, key: string): ScimCall {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${issuer}/scim/v2${path}`, {
      method,
      headers: {
        ...bearer(key),
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status } = response;
    return { status, headers: response.headers, body: text === '' ? {} : (JSON.parse(text) as Json) };
  };
}

/** A client with a key of the deployment that has the scope of SCIM only. */
export async function scimClient(server: TestServer, scope = 'grantor.scim:write'): Promise<ScimCall> {
  const { key } = await addApiKey(server, null, { scopes: [scope] });
  return scimWith(server, key);
}

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export const patch = (...operations: readonly Json[]) => ({ schemas: [PATCH], Operations: operations });

/** Whether a response is an error of SCIM (RFC 7644 §3.12) with this status and kind. */
export const scimError = (status: number, scimType?: string) => ({
  status,
  body: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
  },
});
