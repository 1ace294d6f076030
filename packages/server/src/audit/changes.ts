type Values = Readonly<Record<string, unknown>>;

/**
 * The differences between two representations. Representations hold no secrets, so the differences do not either.
 *
 * @param ignored fields that are not changes themselves, such as the time of the change
 */
export function changesBetween(
  before: Values,
  after: Values,
  ignored: readonly string[] = ['modified_on', 'modified_by'],
): { readonly before: Values; readonly after: Values } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !ignored.includes(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  return { before: pick(before, names), after: pick(after, names) };
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]]),
  );
}
