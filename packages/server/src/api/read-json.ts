import type { z } from 'zod';
import type { RequestBody } from '../endpoints/endpoint.js';
import { type FieldProblem, Problem } from './problem.js';
import { repeatsName } from './repeated-names.js';

export interface ReadBody {
  /** The fields to ignore, in snake_case. */
  readonly ignored: readonly string[];
  /** Whether a missing body counts as an empty object. */
  readonly isOptional: boolean;
}

/**
 * Reads a JSON object and checks it against a schema. Field names may be in camelCase or in snake_case.
 *
 * @throws Problem 415, or 400 with every invalid field
 */
export function readJson<S extends z.ZodType>(
  body: RequestBody | undefined,
  schema: S,
  { ignored, isOptional }: ReadBody,
): z.output<S> {
  if (body !== undefined && body.mediaType !== 'application/json') {
    throw new Problem(415, 'The body must be JSON. Send the header Content-Type: application/json');
  }
  const text = body?.text ?? (isOptional ? '{}' : '');
  const result = schema.safeParse(inSnakeCase(parse(text), ignored), { reportInput: true });
  if (result.success) return result.data;
  throw new Problem(400, 'Validation failed', { errors: fieldProblemsOf(result.error) });
}

/** Bounds the response: without a limit, a list of invalid items gets a response of fifty times its size. */
const MOST_PROBLEMS = 100;

/** The invalid fields that a schema found, at most 100. */
export function fieldProblemsOf({ issues }: z.ZodError): FieldProblem[] {
  const problems = issues.slice(0, MOST_PROBLEMS).flatMap((issue): FieldProblem[] => {
    if (issue.code === 'unrecognized_keys') {
      const parent = issue.path.map((part) => `${String(part)}.`).join('');
      return issue.keys.slice(0, MOST_PROBLEMS).map((key) => ({
        field: parent + key,
        code: 'unknown_field' as const,
        message: 'is not a field of this API',
      }));
    }
    const field = issue.path.map(String).join('.');
    return [{ field, code: isEmpty(field, issue) ? 'required' : 'invalid', message: issue.message }];
  });
  return problems.slice(0, MOST_PROBLEMS);
}

/** Whether the field is missing or empty. */
function isEmpty(field: string, { code, input }: Pick<z.core.$ZodIssue, 'code' | 'input'>): boolean {
  if (input === undefined || input === null) return code.startsWith('invalid_');
  if (input === '' || (Array.isArray(input) && input.length === 0)) return true;
  // A rule about the whole body that requires one of its fields.
  if (code !== 'custom' || typeof input !== 'object' || Array.isArray(input)) return false;
  const [name] = field.split('.');
  const value = Object.entries(input).find(([each]) => each === name)?.[1];
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem(400, 'The body is not valid JSON');
  }
  if (repeatsName(text)) throw new Problem(400, 'The body has the same field twice. Send each field once');
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
