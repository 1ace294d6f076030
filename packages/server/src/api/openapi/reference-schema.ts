import type { ReferenceField, ReferenceType } from '../../pages/index.js';
import type { JsonSchema, OpenApiDocument } from './openapi-types.js';

/** How many levels of nested fields are shown. */
const DEPTH = 3;

export const anchorOf = (schemaName: string): string => `schema-${schemaName}`;

/** The schema that a reference points to, or the schema itself. */
export function resolved(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  const name = nameIn(schema);
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
}

/** The fields of an object, with those of the objects in it. */
export function fieldsOf(
  document: OpenApiDocument,
  schema: JsonSchema,
  prefix = '',
  depth = 0,
): ReferenceField[] {
  const { properties = {}, required = [] } = depth === 0 ? resolved(document, schema) : schema;
  return Object.entries(properties).flatMap(([name, field]) => [
    {
      name: prefix + name,
      type: typeOf(field),
      notes: required.includes(name) && isSent(schema) ? ['required'] : [],
      description: describe(field),
    },
    ...(depth < DEPTH ? innerFields(document, field, prefix + name, depth + 1) : []),
  ]);
}

function innerFields(
  document: OpenApiDocument,
  field: JsonSchema,
  name: string,
  depth: number,
): ReferenceField[] {
  const inner = alternatives(field).find(({ properties, items }) => properties ?? items?.properties) ?? {};
  return inner.items === undefined
    ? fieldsOf(document, inner, `${name}.`, depth)
    : fieldsOf(document, inner.items, `${name}[].`, depth);
}

/** Whether it is the schema of a request body. Required fields are marked there only. */
function isSent(schema: JsonSchema): boolean {
  return nameIn(schema)?.endsWith('Body') ?? false;
}

function describe(schema: JsonSchema): string | undefined {
  const { description, default: preset } = schema;
  const shown = preset === undefined ? undefined : `Default: \`${JSON.stringify(preset)}\``;
  const parts = [description, shown].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.map((part) => part.replace(/\.$/, '')).join('. ');
}

/** The type of a value in words. */
export function typeOf(schema: JsonSchema): ReferenceType {
  const all = alternatives(schema);
  const named = all.map(nameIn).find((name) => name !== undefined);
  const words = all.map(wordsFor).filter((word) => word !== '');
  if (named !== undefined) {
    return {
      words: words.map((word) => `${word} or`).join(' '),
      schema: { name: named, anchor: anchorOf(named) },
    };
  }
  const [only] = all;
  if (all.length === 1 && only?.items !== undefined) {
    const { words: inner, schema: target } = typeOf(only.items);
    return { words: `list of${inner === '' ? '' : ` ${inner}`}`, schema: target };
  }
  return { words: words.join(' or ') };
}

function wordsFor(schema: JsonSchema): string {
  const { type, items, enum: values, const: constant, format } = schema;
  if (nameIn(schema) !== undefined) return '';
  if (values !== undefined) return values.map(String).join(' | ');
  if (constant !== undefined) return JSON.stringify(constant);
  if (items !== undefined) return `list of ${typeOf(items).words}`;
  if (format === 'date-time') return 'time';
  if (format === 'uri') return 'URI';
  if (typeof type === 'string') return type;
  return type === undefined ? 'anything' : type.join(' or ');
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema];
}

function nameIn({ $ref }: JsonSchema): string | undefined {
  return $ref?.slice($ref.lastIndexOf('/') + 1);
}
