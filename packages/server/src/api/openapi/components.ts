import { z } from 'zod';
import type { JsonSchema } from './openapi-types.js';

const DEFINITIONS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

/** The named schemas, collected while operations are described. */
export interface Components {
  /** A schema of a request or response as JSON Schema, with references to named schemas. */
  describe(schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
  /** The same under a name, unless the schema has a name already. */
  named(name: string, schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** Creates an empty collection of named schemas. */
export function createComponents(): Components {
  const schemas: Record<string, JsonSchema> = {};

  const add = (name: string, schema: JsonSchema): void => {
    const known = schemas[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`Two schemas are named ${name}: give one of them another name in its meta({ id })`);
    }
    schemas[name] = schema;
  };

  const describe: Components['describe'] = (schema, io) => {
    // A named schema becomes a reference only inside another schema.
    const { $defs = {}, properties } = z.toJSONSchema(z.object({ schema }), {
      target: 'draft-2020-12',
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => tidy(jsonSchema, io),
    });
    for (const [name, definition] of Object.entries($defs)) add(name, referring(definition));
    return referring(properties?.schema ?? {});
  };

  return {
    schemas,
    describe,
    named(name, schema, io) {
      const described = describe(schema, io);
      if (described.$ref !== undefined) return described;
      add(name, described);
      return { $ref: COMPONENTS + name };
    },
  };
}

function tidy(schema: z.core.JSONSchema.BaseSchema, io: 'input' | 'output'): void {
  // Programs that read responses must accept fields that a later version adds.
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
  // The format says the same as the long pattern.
  if (schema.format === 'date-time') delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  delete schema.id;
}

/** The schema with references to the components of the document. */
function referring(schema: unknown): JsonSchema {
  const replaced: unknown = JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace(DEFINITIONS, COMPONENTS) : value,
  );
  return replaced as JsonSchema;
}
