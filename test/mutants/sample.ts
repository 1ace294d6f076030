import { createHash } from 'node:crypto';

/**
 * Picks some of a list, the same ones for the same seed. An item is picked for what it is, not for its place in the list:
 * when items come and go, most of the picked ones stay.
 *
 * @param items the list
 * @param count how many to pick at most
 * @param seed any whole number
 * @param nameOf tells an item from others
 * @returns the picked items, in the order of the list
 */
export function sample<Item>(
  items: readonly Item[],
  count: number,
  seed: number,
  nameOf: (item: Item) => string,
): readonly Item[] {
  const rankOf = (item: Item) =>
    createHash('sha256')
      .update(`${seed} ${nameOf(item)}`)
      .digest('hex');
  const ranked = items.map((item, index) => ({ item, index, rank: rankOf(item) }));
  return ranked
    .toSorted((one, other) => one.rank.localeCompare(other.rank))
    .slice(0, count)
    .toSorted((one, other) => one.index - other.index)
    .map(({ item }) => item);
}
