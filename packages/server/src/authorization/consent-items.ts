import { scopeOfClaim } from '../accounts/claims.js';
import type { Catalogue } from '../consents/catalogue.js';
import { claimItem, claimOf } from '../consents/claim-words.js';
import { resourceItem } from '../consents/resource-words.js';
import type { AuthorizationRequest } from './authorization-request.js';

/**
 * What a person must allow for this request: its scopes, each resource that it is to use them at (RFC 8707 §3),
 * and each claim that the `claims` parameter asks for beyond them (OpenID Connect Core 1.0 §5.5). It is
 * remembered under these names.
 */
export function consentItemsOf({
  scopes,
  resources,
  claims,
}: Pick<AuthorizationRequest, 'scopes' | 'resources' | 'claims'>): readonly string[] {
  const items = resources.length === 0 ? scopes : [...scopes, ...resources.map(resourceItem)];
  if (claims === undefined) return items;
  const names = new Set([...Object.keys(claims.userinfo ?? {}), ...Object.keys(claims.id_token ?? {})]);
  const beyond = [...names].filter((name) => !scopes.includes(scopeOfClaim(name) ?? ''));
  return [...items, ...beyond.map(claimItem)];
}

/**
 * Whether what a person allowed before covers an item: by its own name, a read by its write where the catalogue
 * says so, or a claim by its scope.
 */
export function isAllowed(item: string, consented: readonly string[], catalogue: Catalogue): boolean {
  if (consented.some((given) => catalogue.covers(given, item))) return true;
  const claim = claimOf(item);
  const scope = claim === undefined ? undefined : scopeOfClaim(claim);
  return scope !== undefined && consented.includes(scope);
}
