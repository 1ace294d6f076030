import { type Attribute, attributeNamed, attributesOf, type ResourceType } from './attributes.js';

/** The place of a value in a resource. */
export interface AttributePath {
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}

/** ATTRNAME (RFC 7644 §3.4.2.2), and `$ref`. */
const NAME = /^(?:[A-Za-z][A-Za-z0-9_-]*|\$ref)$/;

/**
 * Reads `name.familyName`, with or without the URN of the schema.
 *
 * @returns `unknown` for an attribute that the type does not have; undefined for text that is no path
 */
export function readAttributePath(text: string, type: ResourceType): AttributePath | 'unknown' | undefined {
  const isUrn = /^urn:/i.test(text);
  const prefix = `${type.schema}:`;
  const isOwn = text.toLowerCase().startsWith(prefix.toLowerCase());
  if (isUrn && !isOwn) return /^urn:[\w:.-]+$/i.test(text) ? 'unknown' : undefined;
  const [name = '', subName, ...rest] = (isOwn ? text.slice(prefix.length) : text).split('.');
  if (!NAME.test(name) || (subName !== undefined && !NAME.test(subName)) || rest.length > 0) return undefined;
  const attribute = attributeNamed(attributesOf(type), name);
  if (attribute === undefined) return 'unknown';
  if (subName === undefined) return { attribute, sub: undefined };
  const sub = attributeNamed(attribute.subAttributes ?? [], subName);
  return sub === undefined ? 'unknown' : { attribute, sub };
}
