/**
 * What to do about an unknown name: use the nearest known one, or remove it.
 *
 * @param shorten removes what all names have in common, which would make them look alike
 */
export function adviceFor(
  name: string,
  known: readonly string[],
  shorten: (name: string) => string = (whole) => whole,
): string {
  const own = shorten(name);
  const [nearest] = known
    .map((other) => ({ other, distance: distanceBetween(own, shorten(other)) }))
    .toSorted((a, b) => a.distance - b.distance);
  if (nearest === undefined || nearest.distance > own.length / 2) return 'Remove it.';
  return `Did you mean ${nearest.other}?`;
}

/** The edit distance: the number of inserted, deleted or replaced characters between two names. */
function distanceBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
