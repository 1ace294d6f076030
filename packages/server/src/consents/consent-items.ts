import { scopeOfClaim } from '../accounts/claims.js';
import { sha256 } from '../crypto/hash.js';
import { isSameResource } from '../scopes/access.js';
import { identityScopes } from '../scopes/built-in-scopes.js';
import type { Catalogue } from '../scopes/catalogue.js';
import { claimItem, claimOf } from '../scopes/claim-items.js';
import type { ClaimsRequest, ConsentItem, ResourceAccess } from '../storage/ports/index.js';

/**
 * The name of a consent to tokens for a resource without a scope of it. No scope has this name: the prefix is reserved.
 */
export const ACCESS_WITHOUT_SCOPE = 'resource:access';

/** The part of an authorization request that a user consents to. */
interface ConsentRequest {
  readonly scopes: readonly string[];
  readonly access: readonly ResourceAccess[];
  readonly claims: ClaimsRequest | undefined;
}

/**
 * What a user must allow for this request: each scope at each resource that it is to be used at (RFC 8707 §3); the
 * identity scopes, and each claim that the `claims` parameter asks for beyond them (OpenID Connect Core 1.0 §5.5), which
 * belong to no resource. The consent is stored as these items.
 */
export function consentItemsOf(request: ConsentRequest): readonly ConsentItem[] {
  const identity = [...request.scopes.filter((name) => identityScopes.has(name)), ...claimItemsOf(request)];
  return [...identity.map((name) => ({ resource: null, name })), ...request.access.flatMap(itemsAt)];
}

/**
 * The hash of the items that a consent page shows. The items of a request also depend on its client, which can change while
 * the page is open: Allow is for the shown items only.
 */
export function consentItemsHash(items: readonly ConsentItem[]): string {
  return sha256(JSON.stringify(items.map(({ resource, name }) => [resource, name])));
}

/**
 * A token for a resource needs consent even without a scope, since it says who the user is. The same holds for the
 * default audience, which the client or the operator can change later.
 */
function itemsAt({ resource, scopes }: ResourceAccess): readonly ConsentItem[] {
  return (scopes.length > 0 ? scopes : [ACCESS_WITHOUT_SCOPE]).map((name) => ({ resource, name }));
}

function claimItemsOf({ claims, scopes }: ConsentRequest): readonly string[] {
  const names = new Set([...Object.keys(claims?.userinfo ?? {}), ...Object.keys(claims?.id_token ?? {})]);
  return [...names].filter((name) => !scopes.includes(scopeOfClaim(name) ?? '')).map(claimItem);
}

/**
 * Whether earlier consent covers an item: the same item at the same resource, a read scope by its write scope, a claim by
 * its scope.
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

/** Consent items by resource, those of no resource first. */
export interface ItemsOfResource {
  /** Null for identity scopes and claims. */
  readonly resource: string | null;
  /** The names of the items, without the one for access without a scope. */
  readonly scopes: readonly string[];
}

/** Groups consent items by their resource, for events and representations. */
export function groupByResource(items: readonly ConsentItem[]): readonly ItemsOfResource[] {
  const groups = new Map<string | null, string[]>();
  for (const { resource, name } of items) {
    const group = groups.get(resource) ?? [];
    groups.set(resource, group);
    if (name !== ACCESS_WITHOUT_SCOPE) group.push(name);
  }
  return [...groups]
    .toSorted(([one], [other]) => (one === null ? -1 : other === null ? 1 : 0))
    .map(([resource, scopes]) => ({ resource, scopes }));
}
