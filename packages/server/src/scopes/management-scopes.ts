/**
 * The scopes of Grantor's own management API, for API keys and access tokens. Their prefix distinguishes them from the
 * scopes of the operator's APIs, which may have clients and accounts too.
 */
export const managementScopeNames = [
  'grantor.clients:read',
  'grantor.clients:write',
  'grantor.scopes:read',
  'grantor.scopes:write',
  'grantor.consents:read',
  'grantor.consents:write',
  'grantor.keys:read',
  'grantor.keys:write',
  'grantor.accounts:read',
  'grantor.accounts:write',
  'grantor.scim:read',
  'grantor.scim:write',
  'grantor.sign-ins:read',
  'grantor.sign-ins:write',
  'grantor.audit:read',
] as const;

export type ManagementScope = (typeof managementScopeNames)[number];

/** Whether the given scopes include this one. A write scope includes its read scope. */
export function coversManagementScope(given: ReadonlySet<string>, asked: ManagementScope): boolean {
  return given.has(asked) || (asked.endsWith(':read') && given.has(asked.replace(/read$/, 'write')));
}
