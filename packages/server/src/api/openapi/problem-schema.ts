import { z } from 'zod';

const codes = ['EmptyFieldError', 'ErrorName', 'ErrorWrongURL', 'ErrorPattern', 'ErrorInvalidScope'] as const;

/** What a `Problem` is as an answer. */
export const problemSchema = z
  .object({
    type: z.string().meta({ format: 'uri', description: 'Where problems are explained' }),
    title: z.string().meta({ description: 'The status in words' }),
    status: z.int().meta({ description: 'The status of the answer' }),
    detail: z.string().meta({ description: 'What is wrong, and what to change' }),
    instance: z.string().optional().meta({ description: 'The path of the request' }),
    errors: z
      .array(
        z.object({
          field: z
            .string()
            .meta({ description: 'In snake_case, with its place in a list: `redirect_uris.0`' }),
          code: z.enum(codes).optional().meta({ description: 'The kind of the problem, for programs' }),
          message: z.string().meta({ description: 'What must change' }),
        }),
      )
      .optional()
      .meta({ description: 'Every field that is not as it must be' }),
  })
  .meta({ id: 'Problem', description: 'A refusal (RFC 9457)' });
