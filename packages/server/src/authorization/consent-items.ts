import { scopeOfClaim } from '../accounts/claims.js';
import { ACCESS_WITHOUT_SCOPE, isSameResource } from '../consents/access.js';
import type { Catalogue } from '../consents/catalogue.js';
import { claimItem, claimOf } from '../consents/claim-words.js';
import { identityScopes } from '../consents/identity-scopes.js';
import { sha256 } from '../crypto/hash.js';
import type { ConsentItem, ResourceAccess } from '../storage/ports/index.js';
import type { AuthorizationRequest } from './authorization-request.js';

type Asked = Pick<AuthorizationRequest, 'scopes' | 'access' | 'claims'>;

/**
 * What a user must allow for this request: each scope at each resource that it is to be used at (RFC 8707 §3); the
 * identity scopes, and each claim that the `claims` parameter asks for beyond them (OpenID Connect Core 1.0 §5.5), which
 * belong to no resource. It is remembered as these items.
 */
export function consentItemsOf(request: Asked): readonly ConsentItem[] {
  const identity = [...request.scopes.filter((name) => identityScopes.has(name)), ...claimItemsOf(request)];
  return [...identity.map((name) => ({ resource: null, name })), ...request.access.flatMap(itemsAt)];
}

/**
 * What a consent page carries of the items that it shows. What a request means depends on its client too, which can change
 * while the page is open: Allow counts for these items only.
 */
export function consentItemsHash(items: readonly ConsentItem[]): string {
  return sha256(JSON.stringify(items.map(({ resource, name }) => [resource, name])));
}

/**
 * A token for a resource is something to allow without a scope too: it says who the user is. So is one for the default
 * audience, which the client or the operator can change later.
 */
function itemsAt({ resource, scopes }: ResourceAccess): readonly ConsentItem[] {
  return (scopes.length > 0 ? scopes : [ACCESS_WITHOUT_SCOPE]).map((name) => ({ resource, name }));
}

function claimItemsOf({ claims, scopes }: Asked): readonly string[] {
  const names = new Set([...Object.keys(claims?.userinfo ?? {}), ...Object.keys(claims?.id_token ?? {})]);
  return [...names].filter((name) => !scopes.includes(scopeOfClaim(name) ?? '')).map(claimItem);
}

/**
 * Whether what a user allowed before covers an item: the same at the same resource, a read by its write where the
 * catalogue says so, a claim by its scope.
 */
export function isAllowed(
  { resource, name }: ConsentItem,
  consented: readonly ConsentItem[],
  catalogue: Catalogue,
): boolean {
  if (resource === null) {
    const names = consented.flatMap((given) => (given.resource === null ? [given.name] : []));
    const claim = claimOf(name);
    return names.includes(name) || (claim !== undefined && names.includes(scopeOfClaim(claim) ?? ''));
  }
  return consented.some(
    (given) =>
      given.resource !== null &&
      isSameResource(given.resource, resource) &&
      (name === ACCESS_WITHOUT_SCOPE || catalogue.covers(given.name, name)),
  );
}
