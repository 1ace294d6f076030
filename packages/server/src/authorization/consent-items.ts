import { scopeOfClaim } from '../accounts/claims.js';
import { claimItem, claimOf } from '../consents/claim-words.js';
import type { AuthorizationRequest } from './authorization-request.js';

/**
 * What a person must allow for this request: its scopes, and each claim that the `claims` parameter asks
 * for beyond them (OpenID Connect Core 1.0 §5.5). It is remembered under these names.
 */
export function consentItemsOf({
  scopes,
  claims,
}: Pick<AuthorizationRequest, 'scopes' | 'claims'>): readonly string[] {
  if (claims === undefined) return scopes;
  const names = new Set([...Object.keys(claims.userinfo ?? {}), ...Object.keys(claims.id_token ?? {})]);
  const beyond = [...names].filter((name) => !scopes.includes(scopeOfClaim(name) ?? ''));
  return [...scopes, ...beyond.map(claimItem)];
}

/** Whether what a person allowed before covers an item: by its own name, or a claim by its scope. */
export function isAllowed(item: string, consented: readonly string[]): boolean {
  if (consented.includes(item)) return true;
  const claim = claimOf(item);
  const scope = claim === undefined ? undefined : scopeOfClaim(claim);
  return scope !== undefined && consented.includes(scope);
}
