import type { z } from 'zod';
import { Problem } from './problem.js';
import { codeOf, fieldProblemsOf } from './read-json.js';

/**
 * Reads a query string against a schema. A parameter that is sent twice is refused: which of them counts is
 * for nobody to guess. Parameters that the schema does not know are passed over.
 *
 * @throws Problem 400
 */
export function readQuery<S extends z.ZodType>(query: string, schema: S): z.output<S> {
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Problem(400, 'The query names a parameter twice');
  const result = schema.safeParse(Object.fromEntries(parameters));
  if (result.success) return result.data;
  // An issue does not tell what was sent, and so whether a parameter is missing or wrong.
  const errors = fieldProblemsOf(result.error).map((problem) => ({
    ...problem,
    code: parameters.get(problem.field) ? codeOf(problem.field) : ('EmptyFieldError' as const),
  }));
  throw new Problem(400, 'Validation failed', { errors });
}

/** @throws Problem 404: what cannot be there is looked up no further than this */
export function readPath<S extends z.ZodType>(
  path: Readonly<Record<string, string>>,
  schema: S,
): z.output<S> {
  const result = schema.safeParse(path);
  if (result.success) return result.data;
  throw new Problem(404, 'There is no resource with this ID');
}
