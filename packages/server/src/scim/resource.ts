/** A resource or a complex value, as JSON. */
export type Resource = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a list: of itself, of its items, or empty where there is none. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
