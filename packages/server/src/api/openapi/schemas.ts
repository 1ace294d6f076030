import type { z } from 'zod';
import type { CreateDocumentOptions } from 'zod-openapi';

/** The schema under a name in the document, so that generated clients have a type for it. */
export function named(schema: z.ZodType, name: string): z.ZodType {
  return schema.meta()?.id === undefined ? schema.meta({ id: name }) : schema;
}

/** Removes from each schema what says nothing to its readers. */
export const tidy: NonNullable<CreateDocumentOptions['override']> = ({ jsonSchema: schema, io }) => {
  // Programs that read responses must accept fields that a later version adds.
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
  // The format says the same as the long pattern.
  if (schema.format === 'date-time') delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
};
