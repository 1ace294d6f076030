import { type ManagementScope, managementScopeNames } from '../scopes/management-scopes.js';
import { isGoodFor, type Principal } from './principal.js';

/**
 * Whether somebody may give an app a scope that needs approval: administrators may, but of the scopes of this API
 * those alone that their credential is good for. Else a key of little power could make an app of more.
 */
export function mayGiveScope(principal: Pick<Principal, 'role' | 'scopes'>, scope: string): boolean {
  if (principal.role !== 'administrator') return false;
  const own = managementScopeNames.find((name): name is ManagementScope => name === scope);
  return own === undefined || isGoodFor(principal, own);
}
