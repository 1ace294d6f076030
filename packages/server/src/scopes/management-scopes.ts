/**
 * The scopes of Grantor's own management API, for API keys and for access tokens alike. Their prefix keeps them
 * apart from those of the operator's APIs, which may well have clients and accounts of their own.
 */
export const managementScopes = {
  'grantor.clients:read': 'See your apps',
  'grantor.clients:write': 'See, register, change and delete your apps',
  'grantor.scopes:read': 'See which access apps can ask for',
  'grantor.scopes:write': 'See and change which access apps can ask for',
  'grantor.consents:read': 'See which apps you gave access to',
  'grantor.consents:write': 'See which apps you gave access to, and take access back',
  'grantor.keys:read': 'See your API keys',
  'grantor.keys:write': 'See, make and delete your API keys',
  'grantor.accounts:read': 'See who can sign in',
  'grantor.accounts:write': 'See, add, change and delete who can sign in',
  'grantor.audit:read': 'See what was changed, and by whom',
} as const satisfies Readonly<Record<string, string>>;

export type ManagementScope = keyof typeof managementScopes;

export const managementScopeNames = Object.keys(managementScopes) as readonly ManagementScope[];

/** Whether what was given allows this: by its own name, or read by write. */
export function coversManagementScope(given: ReadonlySet<string>, asked: ManagementScope): boolean {
  return given.has(asked) || (asked.endsWith(':read') && given.has(asked.replace(/read$/, 'write')));
}
