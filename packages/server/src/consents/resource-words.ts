import type { ScopeDescription } from './scope-catalogue.js';

/** No scope of the catalogue begins so. */
const PREFIX = 'resource:';

/** The name under which the consent to access at one resource is remembered, among those of scopes. */
export function resourceItem(uri: string): string {
  return PREFIX + uri;
}

/** The resource behind such a name, as a person reads it after "It asks to"; undefined for a scope. */
export function describeResource(item: string): ScopeDescription | undefined {
  if (!item.startsWith(PREFIX)) return undefined;
  const uri = item.slice(PREFIX.length);
  // People know addresses without their scheme.
  return { name: item, title: `Do so at ${uri.replace(/^https:\/\//i, '')}`, description: null };
}
