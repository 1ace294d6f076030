import { resourceKey } from '../protocol/index.js';
import type { ConsentItem, GrantRecord, ResourceAccess } from '../storage/ports/index.js';
import { identityScopes } from './identity-scopes.js';

/**
 * The name of a consent to tokens for a resource that hold no scope of it. No scope has this name: the prefix is reserved.
 */
export const ACCESS_WITHOUT_SCOPE = 'resource:access';

/**
 * What a grant allows at each resource. A grant from before scopes were kept by resource allows each of its scopes at
 * each of its resources, which is what its consent page asked.
 */
export function accessOf({
  details,
  audience,
  scopes,
}: Pick<GrantRecord, 'details' | 'audience' | 'scopes'>): readonly ResourceAccess[] {
  if (details.access !== undefined) return details.access;
  const atEach = scopes.filter((name) => !identityScopes.has(name));
  return (details.resources ?? [audience]).map((resource) => ({ resource, scopes: atEach }));
}

/** Whether two URIs name the same resource. */
export function isSameResource(one: string, other: string): boolean {
  return resourceKey(one) === resourceKey(other);
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
