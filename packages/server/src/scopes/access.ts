import { resourceKey } from '../protocol/index.js';
import type { GrantRecord, ResourceAccess } from '../storage/ports/index.js';
import { identityScopes } from './built-in-scopes.js';

/**
 * What a grant allows at each resource. A grant of an older version, without scopes by resource, allows each of its
 * scopes at each of its resources, as its consent page said.
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
