import type { SqlValue } from './statement.js';

type Params = Readonly<Record<string, string>>;

/**
 * A list of IDs in a statement, whose number of parameters is fixed.
 *
 * @param length the most IDs that the statement takes
 */
export function idList(length: number) {
  const places = Array.from({ length }, (_, index) => `id${index}`);
  return {
    length,
    /** The list as the statement has it: `where('id', 'in', ids.in(p))`. */
    in: (p: Params): string[] => places.map((place) => p[place] as string),
    /** @param ids at least one; places that are left over name the first again, which changes nothing */
    params: (ids: readonly string[]): Params =>
      Object.fromEntries(places.map((place, index) => [place, (ids[index] ?? ids[0]) as SqlValue])) as Params,
  };
}
