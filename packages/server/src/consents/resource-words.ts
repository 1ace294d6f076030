import type { ItemDescription } from './description.js';

/** No scope of the catalogue begins so. */
const PREFIX = 'resource:';

/** The name under which the consent to access at one resource is remembered, among those of scopes. */
export function resourceItem(uri: string): string {
  return PREFIX + uri;
}

/** The resource that an item of a consent is about; undefined for a scope or a claim. */
export function resourceOf(item: string): string | undefined {
  return item.startsWith(PREFIX) ? item.slice(PREFIX.length) : undefined;
}

/** The resource behind such a name, as a person reads it after "It asks to"; undefined for a scope. */
export function describeResource(item: string): ItemDescription | undefined {
  const uri = resourceOf(item);
  if (uri === undefined) return undefined;
  // People know addresses without their scheme.
  return { name: item, title: `Do so at ${uri.replace(/^https:\/\//i, '')}`, description: null };
}
