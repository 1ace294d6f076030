/** No scope of the catalogue has this prefix. */
const PREFIX = 'claim:';

/** The name of a claim among the items of a consent. */
export function claimItem(name: string): string {
  return PREFIX + name;
}

/** The claim that an item of a consent is about; undefined for a scope. */
export function claimOf(item: string): string | undefined {
  return item.startsWith(PREFIX) ? item.slice(PREFIX.length) : undefined;
}
