import type { SqlValue } from './codec/field.js';

type Place = `id${number}`;
export type IdListParams = Readonly<Record<Place, string>>;

/**
 * A list of IDs in a statement, which has a fixed number of parameters.
 *
 * @param length the most IDs that the statement takes
 */
export function idList(length: number) {
  const places = Array.from({ length }, (_, index): Place => `id${index}`);
  return {
    length,
    /** The list in the statement: `where('id', 'in', ids.in(p))`. */
    in: (p: IdListParams): string[] => places.map((place) => p[place] as string),
    /** @param ids at least one. The first is repeated for the places that are left, without effect */
    params: (ids: readonly string[]): IdListParams =>
      Object.fromEntries(
        places.map((place, index) => [place, (ids[index] ?? ids[0]) as SqlValue]),
      ) as IdListParams,
  };
}
