import { repeatsName } from '../api/repeated-names.js';
import type { EndpointRequest } from '../endpoints/endpoint.js';
import { type Attribute, attributeNamed, attributesOf, type ResourceType } from './attributes.js';
import { isObject, type Resource } from './resource.js';
import { ScimError } from './scim-error.js';

/**
 * The JSON object in the body of a request.
 *
 * @throws ScimError
 */
export function readBody({ body }: Pick<EndpointRequest, 'body'>): Resource {
  if (body !== undefined && !['application/scim+json', 'application/json'].includes(body.mediaType)) {
    throw new ScimError(
      'invalidSyntax',
      'The body must be JSON. Send the header Content-Type: application/scim+json',
      415,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(body?.text ?? '');
  } catch {
    throw new ScimError('invalidSyntax', 'The body is not valid JSON');
  }
  if (!isObject(value)) throw new ScimError('invalidSyntax', 'The body must be a JSON object');
  if (repeatsName(body?.text ?? '')) {
    throw new ScimError('invalidSyntax', 'The body has the same attribute twice. Send each attribute once');
  }
  return value;
}

/** @throws ScimError if `schemas` does not have the URN */
export function requireSchema(body: Resource, schema: string): void {
  const schemas = namedLike(body, 'schemas');
  const isNamed =
    Array.isArray(schemas) &&
    schemas.some((each) => typeof each === 'string' && each.toLowerCase() === schema.toLowerCase());
  if (!isNamed) throw new ScimError('invalidSyntax', `schemas must have ${schema}`);
}

/** The member of an object with this name, whatever its case (RFC 7643 §2.1). */
export function namedLike(object: Resource, name: string): unknown {
  return Object.entries(object).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/**
 * Reads the attributes that a client may write. Others are ignored: those that only the server writes (RFC 7644 §3.3), and
 * those that this server does not have.
 *
 * @throws ScimError for a value of another type
 */
export function readResource(body: Resource, type: ResourceType): Resource {
  return readParts(body, attributesOf(type), '');
}

/**
 * Reads the value of an attribute.
 *
 * @returns undefined for null, which removes the attribute (RFC 7643 §2.5)
 * @throws ScimError for a value of another type
 */
export function readValue(value: unknown, attribute: Attribute, path = attribute.name): unknown {
  if (value === null || value === undefined) return undefined;
  if (attribute.multiValued !== true) return readSingle(value, attribute, path);
  const values = Array.isArray(value) ? value : [value];
  if (values.length > MOST_VALUES) {
    throw new ScimError('tooMany', `${path} must have at most ${MOST_VALUES} values`);
  }
  return values.map((each) => readSingle(each, attribute, path));
}

/** The most values of one attribute, such as the members of a group. */
export const MOST_VALUES = 20_000;

function readParts(body: Resource, attributes: readonly Attribute[], base: string): Resource {
  const parts: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    const attribute = attributeNamed(attributes, name);
    if (attribute === undefined || attribute.mutability === 'readOnly') continue;
    if (Object.hasOwn(parts, attribute.name)) {
      throw new ScimError('invalidSyntax', `${base}${attribute.name} is sent twice, with different case`);
    }
    const read = readValue(value, attribute, base + attribute.name);
    if (read !== undefined) parts[attribute.name] = read;
  }
  return parts;
}

function readSingle(value: unknown, attribute: Attribute, path: string): unknown {
  const { type, subAttributes = [] } = attribute;
  if (type === 'complex') {
    // Some clients send the value of a complex attribute alone: a member by its ID.
    const whole = typeof value === 'string' && attribute.multiValued === true ? { value } : value;
    if (!isObject(whole)) throw new ScimError('invalidValue', `${path} must be an object`);
    return readParts(whole, subAttributes, `${path}.`);
  }
  if (type === 'boolean') return readBoolean(value, path);
  if (typeof value !== 'string') throw new ScimError('invalidValue', `${path} must be a text`);
  return value;
}

/** Microsoft Entra sends booleans as text, such as "False". */
function readBoolean(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw new ScimError('invalidValue', `${path} must be true or false`);
}
