import { type JsonResponse, json } from '../endpoints/endpoint.js';
import { readAttributePath } from './attribute-path.js';
import { attributesOf, type ResourceType } from './attributes.js';
import { type Filter, readFilter } from './filter.js';
import { isObject, listOf, type Resource } from './resource.js';
import { SCIM_MEDIA_TYPE, ScimError } from './scim-error.js';

/** The most resources in a response. */
export const MOST_RESULTS = 200;

const DEFAULT_RESULTS = 100;

/** The most resources that a filter without an indexed attribute may read. */
export const MOST_SCANNED = 2000;

/** Which resources a client asks for (RFC 7644 §3.4.2). */
export interface ListRequest {
  readonly filter: Filter | undefined;
  /** From 0. */
  readonly offset: number;
  readonly limit: number;
}

/** The resources of a response, and how many match in all. */
export interface ListResult<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** @throws ScimError */
export function readListRequest(query: string, type: ResourceType): ListRequest {
  const parameters = readParameters(query);
  const filter = parameters.get('filter');
  const start = readNumber(parameters.get('startIndex'), 'startIndex') ?? 1;
  const count = readNumber(parameters.get('count'), 'count') ?? DEFAULT_RESULTS;
  return {
    filter: filter === undefined || filter.trim() === '' ? undefined : readFilter(filter, type),
    // §3.4.2.4: a value below 1 is 1; a negative count is 0.
    offset: Math.max(start, 1) - 1,
    limit: Math.min(Math.max(count, 0), MOST_RESULTS),
  };
}

/** @throws ScimError for a parameter that is sent twice */
function readParameters(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (parameters.has(name)) throw new ScimError('invalidValue', 'A query parameter is sent twice');
    parameters.set(name, value);
  }
  return parameters;
}

function readNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,9}$/.test(text)) throw new ScimError('invalidValue', `${name} must be a whole number`);
  return Number(text);
}

/** A part of the items that matched. */
export function sliceOf<T>(items: readonly T[], { offset, limit }: ListRequest): ListResult<T> {
  return { items: items.slice(offset, offset + limit), total: items.length };
}

export function listResponse(
  { items, total }: ListResult<Resource>,
  { offset }: Pick<ListRequest, 'offset'>,
): JsonResponse {
  return json(
    200,
    {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: total,
      startIndex: offset + 1,
      itemsPerPage: items.length,
      Resources: items,
    },
    { 'content-type': SCIM_MEDIA_TYPE },
  );
}

/** Which attributes a client wants in a response (RFC 7644 §3.9). */
export interface Projection {
  /** Leaves out what the client does not want. */
  readonly of: (resource: Resource) => Resource;
  /** Whether an attribute is in the response. */
  readonly has: (attribute: string) => boolean;
}

/** @throws ScimError */
export function readProjection(query: string, type: ResourceType): Projection {
  const parameters = readParameters(query);
  const [wanted, unwanted] = [parameters.get('attributes'), parameters.get('excludedAttributes')];
  if (wanted !== undefined && unwanted !== undefined) {
    throw new ScimError('invalidValue', 'Send attributes or excludedAttributes, not both');
  }
  const named = namesIn(wanted ?? unwanted ?? '', type);
  const always = new Set([
    'schemas',
    ...attributesOf(type).flatMap((each) => (each.returned === 'always' ? each.name : [])),
  ]);
  const isIn = (name: string) => named.some((each) => each === name || each.startsWith(`${name}.`));
  const has = (name: string) => {
    if (always.has(name)) return true;
    if (wanted !== undefined) return isIn(name);
    return unwanted === undefined || !named.includes(name);
  };
  const partsOf = (name: string, value: unknown): unknown => {
    const isKept = (part: string) =>
      wanted === undefined
        ? !named.includes(`${name}.${part}`)
        : named.includes(name) || named.includes(`${name}.${part}`);
    const keep = (each: unknown) =>
      isObject(each) ? Object.fromEntries(Object.entries(each).filter(([part]) => isKept(part))) : each;
    return Array.isArray(value) ? value.map(keep) : keep(value);
  };
  return {
    has,
    of: (resource) =>
      Object.fromEntries(
        Object.entries(resource)
          .filter(([name]) => has(name))
          .map(([name, value]) => [name, always.has(name) ? value : partsOf(name, value)]),
      ),
  };
}

const MOST_NAMES = 100;

function namesIn(list: string, type: ResourceType): readonly string[] {
  const names = list.split(',').filter((name) => name.trim() !== '');
  if (names.length > MOST_NAMES)
    throw new ScimError('invalidValue', `At most ${MOST_NAMES} attributes can be named`);
  return names.flatMap((name) => {
    const path = readAttributePath(name.trim(), type);
    if (path === undefined)
      throw new ScimError('invalidPath', 'attributes must be names such as name.familyName');
    return path === 'unknown' ? [] : [[path.attribute.name, ...listOf(path.sub?.name)].join('.')];
  });
}
