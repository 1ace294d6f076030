import type { z } from 'zod';
import { Problem } from './problem.js';
import { fieldProblemsOf } from './read-json.js';

/**
 * Reads a query string and checks it against a schema. A parameter that is sent twice is refused, since it is
 * ambiguous. Unknown parameters are ignored.
 *
 * @throws Problem 400
 */
export function readQuery<S extends z.ZodType>(query: string, schema: S): z.output<S> {
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Problem(400, 'The query has the same parameter twice. Send each parameter once');
  const result = schema.safeParse(Object.fromEntries(parameters));
  if (result.success) return result.data;
  // An issue does not hold the value, so it does not tell whether a parameter is missing or invalid.
  const errors = fieldProblemsOf(result.error).map((problem) => ({
    ...problem,
    code: parameters.get(problem.field) ? ('invalid' as const) : ('required' as const),
  }));
  throw new Problem(400, 'Validation failed', { errors });
}

/** @throws Problem 404: an invalid ID is not looked up in the database */
export function readPath<S extends z.ZodType>(
  path: Readonly<Record<string, string>>,
  schema: S,
): z.output<S> {
  const result = schema.safeParse(path);
  if (result.success) return result.data;
  throw new Problem(404, 'There is no resource with this ID');
}
