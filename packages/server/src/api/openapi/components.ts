import { z } from 'zod';
import type { JsonSchema } from './openapi-types.js';

const DEFINITIONS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

/** The schemas that have a name, gathered while operations are described. */
export interface Components {
  /** What somebody may send, or what is answered, as JSON Schema; its named parts are references. */
  describe(schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
  /** The same, under a name of its own unless it has one already. */
  named(name: string, schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** A place for the schemas that operations share. */
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
    // Within another, a schema with a name is a reference like everywhere else.
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
  // Programs that read answers must live with fields that a later version adds.
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
  // The format says it, in less than three lines.
  if (schema.format === 'date-time') delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  delete schema.id;
}

/** A schema whose references point to the components of the document. */
function referring(schema: unknown): JsonSchema {
  const replaced: unknown = JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace(DEFINITIONS, COMPONENTS) : value,
  );
  return replaced as JsonSchema;
}
