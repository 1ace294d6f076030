/**
 * The scopes of Grantor's own management API, for API keys and access tokens. Their prefix distinguishes them from the
 * scopes of the operator's APIs, which may have clients and accounts too.
 */
export const managementScopes = {
  'grantor.clients:read': 'See your apps',
  'grantor.clients:write': 'See, register, change and delete your apps',
  'grantor.scopes:read': 'See the scopes that apps can request',
  'grantor.scopes:write': 'See and change the scopes that apps can request',
  'grantor.consents:read': 'See the access that you granted to apps',
  'grantor.consents:write': 'See and revoke the access that you granted to apps',
  'grantor.keys:read': 'See your API keys',
  'grantor.keys:write': 'See, create and delete your API keys',
  'grantor.accounts:read': 'See user accounts',
  'grantor.accounts:write': 'See, create, change and delete user accounts',
  'grantor.scim:read': 'See users and groups by SCIM',
  'grantor.scim:write': 'See, create, change and delete users and groups by SCIM',
  'grantor.sign-ins:read': 'See what requests to sign in and for consent ask for',
  'grantor.sign-ins:write': 'Sign users in, and answer requests for their consent',
  'grantor.audit:read': 'See the audit trail',
} as const satisfies Readonly<Record<string, string>>;

export type ManagementScope = keyof typeof managementScopes;

export const managementScopeNames = Object.keys(managementScopes) as readonly ManagementScope[];

/** Whether the given scopes include this one. A write scope includes its read scope. */
export function coversManagementScope(given: ReadonlySet<string>, asked: ManagementScope): boolean {
  return given.has(asked) || (asked.endsWith(':read') && given.has(asked.replace(/read$/, 'write')));
}
