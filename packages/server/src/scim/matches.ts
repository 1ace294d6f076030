import type { AttributePath } from './attribute-path.js';
import type { Attribute } from './attributes.js';
import type { Comparison, Filter } from './filter.js';
import { isObject, listOf, type Resource } from './resource.js';

/** Whether a resource, or a value of an attribute, matches a filter (RFC 7644 §3.4.2.2). */
export function matches(resource: Resource, filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
      return matches(resource, filter.left) && matches(resource, filter.right);
    case 'or':
      return matches(resource, filter.left) || matches(resource, filter.right);
    case 'not':
      return !matches(resource, filter.of);
    case 'some':
      return listOf(resource[filter.attribute.name]).some(
        (value) => isObject(value) && matches(value, filter.of),
      );
    case 'present':
      return valuesAt(resource, filter.path).length > 0;
    default:
      return compares(resource, filter);
  }
}

function compares(resource: Resource, filter: Filter & { readonly kind: 'compare' }): boolean {
  const { path, comparison, value } = filter;
  const values = valuesAt(resource, path);
  if (value === null) return (values.length === 0) === (comparison === 'eq');
  const attribute = path.sub ?? defaultSub(path.attribute) ?? path.attribute;
  const holds = (comparing: Comparison) =>
    values.some((each) => comparers[comparing](sortable(each, attribute), sortable(value, attribute)));
  return comparison === 'ne' ? !holds('eq') : holds(comparison);
}

/** The values at a path. Of a complex attribute, its `value` is meant (RFC 7643 §2.4). */
function valuesAt(resource: Resource, { attribute, sub }: AttributePath): readonly unknown[] {
  const values = listOf(resource[attribute.name]);
  const part = sub ?? defaultSub(attribute);
  const found =
    part === undefined
      ? values
      : values.flatMap((value) => (isObject(value) ? listOf(value[part.name]) : []));
  return found.filter((value) => value !== '' && value !== undefined && value !== null);
}

function defaultSub({ subAttributes }: Attribute): Attribute | undefined {
  return subAttributes?.find(({ name }) => name === 'value');
}

/** The value in the form in which it is compared: most texts without case. */
function sortable(value: unknown, { type, caseExact }: Attribute): string {
  const text = String(value);
  if (type === 'dateTime') {
    const time = Date.parse(text);
    return Number.isNaN(time) ? text : new Date(time).toISOString();
  }
  return caseExact === true ? text : text.toLowerCase();
}

const comparers: Readonly<Record<Comparison, (one: string, other: string) => boolean>> = {
  eq: (one, other) => one === other,
  ne: (one, other) => one !== other,
  co: (one, other) => one.includes(other),
  sw: (one, other) => one.startsWith(other),
  ew: (one, other) => one.endsWith(other),
  gt: (one, other) => one > other,
  ge: (one, other) => one >= other,
  lt: (one, other) => one < other,
  le: (one, other) => one <= other,
};

/**
 * The values that every match has at some paths, so that matches can be looked up: of `userName eq "a"`, and of both sides of
 * an `and`.
 *
 * @param name the path, such as `emails.value`
 */
export function requiredValue(filter: Filter, name: string): string | undefined {
  if (filter.kind === 'and') return requiredValue(filter.left, name) ?? requiredValue(filter.right, name);
  if (filter.kind === 'some') {
    const part = requiredValue(filter.of, name.slice(filter.attribute.name.length + 1));
    return name.startsWith(`${filter.attribute.name}.`) ? part : undefined;
  }
  if (filter.kind !== 'compare' || filter.comparison !== 'eq' || typeof filter.value !== 'string')
    return undefined;
  const { attribute, sub } = filter.path;
  const part = sub ?? defaultSub(attribute);
  return [attribute.name, part?.name].filter(Boolean).join('.') === name ? filter.value : undefined;
}

/** Whether a filter reads an attribute. */
export function reads(filter: Filter, attribute: string): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return reads(filter.left, attribute) || reads(filter.right, attribute);
    case 'not':
      return reads(filter.of, attribute);
    case 'some':
      return filter.attribute.name === attribute;
    default:
      return filter.path.attribute.name === attribute;
  }
}

/** How many comparisons a filter makes for one value. */
export function comparisonsOf(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return comparisonsOf(filter.left) + comparisonsOf(filter.right);
    case 'not':
    case 'some':
      return comparisonsOf(filter.of);
    default:
      return 1;
  }
}
