import { type ManagementScope, managementScopeNames } from '../scopes/management-scopes.js';
import { hasRequiredScope, type Principal } from './principal.js';

/**
 * Whether the caller may give an app a scope that needs approval. Administrators may. For scopes of this API their
 * credential needs the same scope, so that a limited key cannot create an app with more.
 */
export function mayApproveScope(principal: Pick<Principal, 'role' | 'scopes'>, scope: string): boolean {
  if (principal.role !== 'administrator') return false;
  const own = managementScopeNames.find((name): name is ManagementScope => name === scope);
  return own === undefined || hasRequiredScope(principal, own);
}
