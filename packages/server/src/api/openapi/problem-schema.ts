import { z } from 'zod';
import type { FieldProblemFormat } from '../problem.js';

export type ProblemSchema = ReturnType<typeof createProblemSchema>;

/** The schema of a problem document with these codes of field problems. */
export function createProblemSchema({ codes }: Pick<FieldProblemFormat, 'codes'>) {
  const field = z.object({
    field: z
      .string()
      .meta({ description: 'In snake_case, with the index for an item of a list: `redirect_uris.0`' }),
    code: z.enum(codes).optional().meta({ description: 'The kind of the problem, for programs' }),
    message: z.string().meta({ description: 'What is wrong with the field' }),
  });
  return z
    .object({
      type: z.string().meta({ format: 'uri', description: 'The URL of the API reference' }),
      title: z.string().meta({ description: 'The reason phrase of the status' }),
      status: z.int().meta({ description: 'The HTTP status' }),
      detail: z.string().meta({ description: 'What is wrong and what to send instead' }),
      instance: z.string().optional().meta({ description: 'The path of the request' }),
      errors: z.array(field).optional().meta({ description: 'The invalid fields' }),
    })
    .meta({ id: 'Problem', description: 'An error (RFC 9457)' });
}
