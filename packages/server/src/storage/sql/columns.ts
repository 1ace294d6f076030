/** How values without a column type of their own are kept, the same in both databases. */

/** @returns 1 for true, 0 for false */
export function flag(value: boolean): number {
  return value ? 1 : 0;
}

export function isSet(column: number): boolean {
  return column === 1;
}

export function json(value: readonly string[] | object): string {
  return JSON.stringify(value);
}

/** Reads an object that `json` wrote. */
export function object(column: string): Readonly<Record<string, unknown>> {
  return JSON.parse(column) as Readonly<Record<string, unknown>>;
}

/** Reads a list that `json` wrote. */
export function list(column: string): readonly string[] {
  return JSON.parse(column) as readonly string[];
}
