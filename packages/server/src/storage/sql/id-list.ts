import type { SqlValue } from './statement.js';

type Place = `id${number}`;
export type IdListParams = Readonly<Record<Place, string>>;

/**
 * A list of IDs in a statement, whose number of parameters is fixed.
 *
 * @param length the most IDs that the statement takes
 */
export function idList(length: number) {
  const places = Array.from({ length }, (_, index): Place => `id${index}`);
  return {
    length,
    /** The list as the statement has it: `where('id', 'in', ids.in(p))`. */
    in: (p: IdListParams): string[] => places.map((place) => p[place] as string),
    /** @param ids at least one; places that are left over name the first again, which changes nothing */
    params: (ids: readonly string[]): IdListParams =>
      Object.fromEntries(
        places.map((place, index) => [place, (ids[index] ?? ids[0]) as SqlValue]),
      ) as IdListParams,
  };
}
