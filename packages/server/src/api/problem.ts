import { type JsonResponse, json } from '../endpoints/endpoint.js';
import { paths } from '../endpoints/paths.js';
import { Refusal, type RefusalOptions } from '../protocol/index.js';

/**
 * The kinds of field problems, for programs: the field is missing or empty, its value is invalid, the API has no such
 * field, or its value belongs to something else already.
 */
export const fieldProblemCodes = ['required', 'invalid', 'unknown_field', 'taken'] as const;
export type FieldProblemCode = (typeof fieldProblemCodes)[number];

/** One invalid field of a request. */
export interface FieldProblem {
  /** In snake_case, with the index for an item of a list: `redirect_uris.0`. */
  readonly field: string;
  readonly code?: FieldProblemCode;
  readonly message: string;
}

/** The codes of field problems in responses. A compatibility mode has others. */
export interface FieldProblemFormat {
  readonly codes: readonly [string, ...string[]];
  readonly codeOf: (problem: FieldProblem) => string | undefined;
}

/** The codes of the server itself. */
export const plainFieldProblems: FieldProblemFormat = {
  codes: fieldProblemCodes,
  codeOf: ({ code }) => code,
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const titleOf = (status: number) => titles[status] ?? 'Error';

const LONGEST_INSTANCE = 512;

/** A refusal of the management API. Its code is the title of its status, for the log: `not_found`. */
export class Problem extends Refusal {
  readonly errors: readonly FieldProblem[];

  constructor(
    status: number,
    description: string,
    { errors = [], ...options }: RefusalOptions & { readonly errors?: readonly FieldProblem[] } = {},
  ) {
    super(titleOf(status).toLowerCase().replaceAll(' ', '_'), status, description, options);
    this.name = 'Problem';
    this.errors = errors;
  }
}

/**
 * The problem document of a refusal (RFC 9457 §3, which replaces RFC 7807).
 *
 * @param issuer the base of the URL of the API reference, which explains problems
 * @param instance the path of the request
 */
export function problemResponse(
  refusal: Refusal,
  issuer: string,
  instance: string,
  { codeOf }: FieldProblemFormat = plainFieldProblems,
): JsonResponse {
  const { status, description, headers, challenge } = refusal;
  const problems = refusal instanceof Problem ? refusal.errors : [];
  const errors = problems.map((problem) => ({ ...problem, code: codeOf(problem) }));
  const body = {
    type: issuer + paths.apiReference[0],
    title: titleOf(status),
    status,
    detail: description,
    // No route of this server has a longer path, so it is not repeated.
    ...(instance.length > LONGEST_INSTANCE ? {} : { instance }),
    ...(errors.length > 0 ? { errors } : {}),
  };
  return {
    ...json(status, body, { ...headers, 'content-type': 'application/problem+json' }),
    challenge,
  };
}
