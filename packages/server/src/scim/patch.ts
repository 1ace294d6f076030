import { type AttributePath, readAttributePath } from './attribute-path.js';
import type { Attribute, ResourceType } from './attributes.js';
import { type Filter, readValueFilter } from './filter.js';
import { comparisonsOf, matches, requiredValue } from './matches.js';
import { namedLike, readValue, requireSchema } from './read-resource.js';
import { isObject, listOf, type Resource } from './resource.js';
import { ScimError } from './scim-error.js';

export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const MOST_OPERATIONS = 500;

/** The most comparisons in the filters of all paths together. Each is made for every member of a group. */
const MOST_COMPARISONS = 500;

type Kind = 'add' | 'replace' | 'remove';

/** One change of a resource. */
interface Operation extends AttributePath {
  readonly kind: Kind;
  /** Which values of a multi-valued attribute are meant; undefined for all. */
  readonly filter: Filter | undefined;
  readonly value: unknown;
}

/**
 * Reads the operations of a PATCH request (RFC 7644 §3.5.2). Those on attributes that this server does not have are ignored.
 *
 * @returns a function from the resource to the changed one. It throws ScimError
 * @throws ScimError
 */
export function readPatch(body: Resource, type: ResourceType): (resource: Resource) => Resource {
  requireSchema(body, PATCH_SCHEMA);
  const sent = namedLike(body, 'Operations');
  if (!Array.isArray(sent) || sent.length === 0 || sent.length > MOST_OPERATIONS) {
    throw new ScimError('invalidSyntax', `Operations must be a list of 1 to ${MOST_OPERATIONS} operations`);
  }
  const operations = sent.flatMap((each: unknown) => readOperation(each, type));
  const filters = operations.flatMap(({ filter }) => filter ?? []);
  if (filters.reduce((sum, filter) => sum + comparisonsOf(filter), 0) > MOST_COMPARISONS) {
    throw new ScimError(
      'tooMany',
      `The filters of all paths must have at most ${MOST_COMPARISONS} comparisons together`,
    );
  }
  return (resource) => operations.reduce(apply, resource);
}

function readOperation(sent: unknown, type: ResourceType): readonly Operation[] {
  if (!isObject(sent)) throw new ScimError('invalidSyntax', 'Operations must be objects');
  const kind = kindOf(namedLike(sent, 'op'));
  const [path, value] = [namedLike(sent, 'path'), namedLike(sent, 'value')];
  if (path !== undefined && path !== null && typeof path !== 'string') {
    throw new ScimError('invalidPath', 'path must be a text');
  }
  if (typeof path === 'string' && path !== '') return operationAt(kind, path, value, type);
  if (kind === 'remove') throw new ScimError('noTarget', 'path is missing. A removal needs one');
  if (!isObject(value)) throw new ScimError('invalidValue', 'value must be an object where path is missing');
  return Object.entries(value).flatMap(([name, each]) =>
    name.toLowerCase() === 'schemas' ? [] : extensionOrAttribute(kind, name, each, type),
  );
}

/**
 * A member of an object without a path is a path itself: Microsoft Entra sends `{"name.givenName": "Ada"}`. Read-only
 * attributes are ignored as in other requests (RFC 7644 §3.3): Okta sends the ID of a group with its new name.
 */
function extensionOrAttribute(
  kind: Kind,
  name: string,
  value: unknown,
  type: ResourceType,
): readonly Operation[] {
  const at = (path: string, sent: unknown) => operationAt(kind, path, sent, type, 'ignoresReadOnly');
  if (name.toLowerCase() !== type.schema.toLowerCase()) return at(name, value);
  if (!isObject(value)) throw new ScimError('invalidValue', `${type.schema} must be an object`);
  return Object.entries(value).flatMap(([inner, each]) => at(inner, each));
}

function kindOf(sent: unknown): Kind {
  const kind = typeof sent === 'string' ? sent.toLowerCase() : '';
  if (kind === 'add' || kind === 'replace' || kind === 'remove') return kind;
  throw new ScimError('invalidSyntax', 'op must be add, replace or remove');
}

/** PATH (RFC 7644 §3.5.2): `attribute`, `attribute.sub`, `attribute[filter]` or `attribute[filter].sub`. */
const PATH = /^([^[\]]+)(?:\[(.*)\](?:\.([A-Za-z$][\w$-]*))?)?$/s;

function operationAt(
  kind: Kind,
  text: string,
  value: unknown,
  type: ResourceType,
  mode: 'refusesReadOnly' | 'ignoresReadOnly' = 'refusesReadOnly',
): readonly Operation[] {
  const [, name = '', inner, last] = PATH.exec(text.trim()) ?? [];
  const path = readAttributePath(last === undefined ? name : `${name}.${last}`, type);
  if (path === undefined)
    throw new ScimError(
      'invalidPath',
      "path must be such as name.familyName or emails[type eq 'work'].value",
    );
  if (path === 'unknown') return [];
  if (path.attribute.mutability === 'readOnly' || path.sub?.mutability === 'readOnly') {
    if (mode === 'ignoresReadOnly') return [];
    throw new ScimError('mutability', `${path.attribute.name} is read-only`);
  }
  if (inner === undefined) return [{ kind, ...path, filter: undefined, value }];
  if (path.attribute.multiValued !== true) {
    throw new ScimError('invalidPath', `${path.attribute.name} has one value, so path must have no filter`);
  }
  return [{ kind, ...path, filter: readValueFilter(inner, path.attribute), value }];
}

function apply(resource: Resource, operation: Operation): Resource {
  const { attribute, sub, filter } = operation;
  const { name } = attribute;
  const changed =
    filter === undefined && sub === undefined
      ? changeAttribute(resource[name], operation)
      : attribute.multiValued === true
        ? changeValues(listOf(resource[name]), operation)
        : changePart(resource[name], operation);
  const { [name]: _, ...others } = resource;
  return changed === undefined ? others : { ...others, [name]: changed };
}

function changeAttribute(current: unknown, { kind, attribute, value }: Operation): unknown {
  if (kind === 'remove') return removeAll(current, attribute, value);
  const read = readValue(value, attribute);
  if (kind === 'replace' && !(attribute.type === 'complex' && attribute.multiValued !== true)) return read;
  if (attribute.multiValued === true) return addValues(listOf(current), listOf(read));
  // §3.5.2.1, §3.5.2.3: of a complex attribute, the parts that are sent change.
  return isObject(current) && isObject(read) ? { ...current, ...read } : read;
}

/** Removes an attribute, or those of its values that are sent with it, as Microsoft Entra does for members. */
function removeAll(current: unknown, attribute: Attribute, value: unknown): unknown {
  if (attribute.required === true) throw new ScimError('mutability', `${attribute.name} is required`);
  if (attribute.multiValued !== true || value === undefined || value === null) return undefined;
  const removed = new Set(listOf(readValue(value, attribute)).map(identityOf));
  return listOf(current).filter((each) => !removed.has(identityOf(each)));
}

/** Adds values that are not there yet. A new primary value takes the place of the other (RFC 7643 §2.4). */
function addValues(current: readonly unknown[], added: readonly unknown[]): readonly unknown[] {
  const isPrimary = (each: unknown) => isObject(each) && each.primary === true;
  const known = new Set(added.map(identityOf));
  const kept = current.filter((each) => !known.has(identityOf(each)));
  const others = added.some(isPrimary)
    ? kept.map((each) => (isObject(each) && isPrimary(each) ? { ...each, primary: false } : each))
    : kept;
  return [...others, ...added];
}

const identityOf = (each: unknown) => (isObject(each) ? each.value : each);

function changePart(current: unknown, { kind, attribute, sub, value }: Operation): unknown {
  if (sub === undefined) return current;
  const { [sub.name]: _, ...others } = isObject(current) ? current : {};
  const read = kind === 'remove' ? undefined : readValue(value, sub, `${attribute.name}.${sub.name}`);
  return read === undefined ? others : { ...others, [sub.name]: read };
}

function changeValues(current: readonly unknown[], operation: Operation): readonly unknown[] {
  const { kind, attribute, sub, filter, value } = operation;
  const isMeant = (each: unknown): each is Resource =>
    isObject(each) && (filter === undefined || matches(each, filter));
  if (kind === 'remove' && sub === undefined) return current.filter((each) => !isMeant(each));
  const change = (each: Resource): unknown => {
    if (sub !== undefined) return changePart(each, operation);
    const [read] = listOf(readValue(value, attribute));
    return isObject(read) ? { ...each, ...read } : each;
  };
  if (current.some(isMeant)) return current.map((each) => (isMeant(each) ? change(each) : each));
  if (kind === 'remove') return current;
  // Clients replace the work address of a user who has none, and mean to add it.
  return addValues(current, [change(impliedBy(attribute, filter))]);
}

/** The value that a filter describes: `{ type: 'work' }` for `type eq "work"`. */
function impliedBy({ subAttributes = [] }: Attribute, filter: Filter | undefined): Resource {
  if (filter === undefined) return {};
  const parts = subAttributes.flatMap(({ name }) => {
    const value = requiredValue(filter, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  if (parts.length === 0) throw new ScimError('noTarget', 'path matches no value');
  return Object.fromEntries(parts);
}
