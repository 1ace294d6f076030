type Values = Readonly<Record<string, unknown>>;

/**
 * What is different between two representations of one thing, as it was and as it is. Representations hold no
 * secret, and so neither does this.
 *
 * @param ignored names that say nothing of what was changed, such as the time of the change
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
