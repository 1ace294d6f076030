import type { z } from 'zod';
import type { IncomingBody } from '../endpoints/endpoint.js';
import { Problem } from './problem.js';

/**
 * Reads a JSON object and checks it against a schema. Field names may be in camelCase, as the first
 * documents of this API had them, or in snake_case, as its answers are.
 *
 * @param ignored fields that are passed over, in snake_case
 * @throws Problem 415, or 400 with every field that is not as it must be
 */
export function readJson<S extends z.ZodType>(
  body: IncomingBody | undefined,
  schema: S,
  ignored: readonly string[] = [],
): z.output<S> {
  if (body !== undefined && body.mediaType !== 'application/json') {
    throw new Problem(415, 'The body must be application/json; say so in Content-Type');
  }
  const result = schema.safeParse(inSnakeCase(parse(body?.text ?? ''), ignored));
  if (result.success) return result.data;
  throw new Problem(400, 'Validation failed', {
    errors: result.error.issues.flatMap((issue) => {
      if (issue.code === 'unrecognized_keys') {
        const parent = issue.path.map((part) => `${String(part)}.`).join('');
        return issue.keys.map((key) => ({ field: parent + key, message: 'is not a field of this API' }));
      }
      return { field: issue.path.map(String).join('.'), message: issue.message };
    }),
  });
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem(400, 'The body is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem(400, 'The body must be a JSON object');
  }
  return value as Record<string, unknown>;
}

function inSnakeCase(
  input: Readonly<Record<string, unknown>>,
  ignored: readonly string[],
): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(input)) {
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (fields.has(snake)) {
      throw new Problem(400, 'Validation failed', {
        errors: [{ field: snake, message: 'is sent twice, in camelCase and in snake_case' }],
      });
    }
    if (!ignored.includes(snake)) fields.set(snake, value);
  }
  return Object.fromEntries(fields);
}
