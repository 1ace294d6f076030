import { z } from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import type { Operation } from '../operation.js';
import type { HeaderObject, Reference } from './openapi-types.js';
import { isRepeatable } from './parameters.js';
import type { ProblemSchema } from './problem-schema.js';
import { named } from './schemas.js';

const digits = { type: 'string', pattern: '^\\d+$' } as const;

/** The headers of responses, by the names of their components. */
export const headerComponents = {
  ETag: {
    description: 'The entity tag, for `If-Match`',
    schema: { type: 'string' },
  },
  'RateLimit-Limit': {
    description: 'The requests in a minute, of the limit with the fewest left',
    schema: digits,
  },
  'RateLimit-Remaining': { description: 'The requests left', schema: digits },
  'RateLimit-Reset': { description: 'The seconds until the limit resets', schema: digits },
  'Retry-After': { description: 'The seconds to wait before the next request', schema: digits },
} as const satisfies Readonly<Record<string, HeaderObject>>;

/** All responses of an operation. */
export function responsesOf(
  operation: Operation,
  problemSchema: ProblemSchema,
  hasTag: boolean,
): ZodOpenApiResponsesObject {
  return {
    ...Object.fromEntries(
      Object.entries(operation.responses).map(([status, { description, schema }]) => [
        status,
        {
          description,
          headers: headers(
            'RateLimit-Limit',
            'RateLimit-Remaining',
            'RateLimit-Reset',
            ...(hasTag && schema !== undefined ? (['ETag'] as const) : []),
          ),
          ...(schema && {
            content: { 'application/json': { schema: responseSchema(operation, schema) } },
          }),
        },
      ]),
    ),
    ...Object.fromEntries(
      commonRefusals(operation).map((name) => [
        refusals[name].status,
        { $ref: `#/components/responses/${name}` },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(operation.refusals ?? {}).map(([status, description]) => [
        status,
        problem(problemSchema, description),
      ]),
    ),
  };
}

/** Names the schemas of objects. A list is named by its items. */
function responseSchema({ id }: Operation, schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject
    ? named(schema, `${id.charAt(0).toUpperCase()}${id.slice(1)}EndpointResponse`)
    : schema;
}

function headers(...names: readonly (keyof typeof headerComponents)[]): Readonly<Record<string, Reference>> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The refusals that follow from the definition of an operation. */
const refusals = {
  Malformed: { status: 400, description: 'Invalid request. `errors` lists the invalid fields' },
  Unknown: { status: 401, description: 'No valid credential' },
  Forbidden: {
    status: 403,
    description: 'The caller or the credential may not do this, or the request came from another site',
  },
  NotFound: { status: 404, description: 'Unknown, or not visible to the caller' },
  UnderWay: {
    status: 409,
    description: 'A request with this Idempotency-Key is in progress, or its result is unknown',
  },
  TooLarge: { status: 413, description: 'The body is too large' },
  NotJson: { status: 415, description: 'The body is not application/json' },
  OtherRequest: { status: 422, description: 'This Idempotency-Key was sent with another request' },
  TooMany: { status: 429, description: 'Too many requests. `Retry-After` says how long to wait' },
  Unavailable: {
    status: 503,
    description: 'The database is not available. `Retry-After` says how long to wait',
  },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly description: string }>>;

type Refusal = keyof typeof refusals;

/** The temporary refusals, which have `Retry-After`. */
const passes: ReadonlySet<Refusal> = new Set(['TooMany', 'Unavailable']);

/** The refusals of an operation that it does not describe itself. */
function commonRefusals({
  access,
  body,
  method,
  paths,
  query,
  refusals: own = {},
}: Operation): readonly Refusal[] {
  const names: readonly Refusal[] = [
    ...(method !== 'GET' || query !== undefined ? (['Malformed'] as const) : []),
    ...(access === 'anyone' ? [] : (['Unknown', 'Forbidden'] as const)),
    ...(paths[0].includes(':') ? (['NotFound'] as const) : []),
    ...(isRepeatable({ access, method }) ? (['UnderWay', 'OtherRequest'] as const) : []),
    ...(method === 'GET' ? [] : (['TooLarge'] as const)),
    ...(body === undefined ? [] : (['NotJson'] as const)),
    'TooMany',
    'Unavailable',
  ];
  return names.filter((name) => own[refusals[name].status] === undefined);
}

/** The shared refusals as components. */
export function refusalComponents(
  operations: readonly Operation[],
  problemSchema: ProblemSchema,
): Record<string, ZodOpenApiResponseObject> {
  const names = new Set(operations.flatMap(commonRefusals));
  return Object.fromEntries(
    [...names].toSorted().map((name) => {
      const refusal = problem(problemSchema, refusals[name].description);
      return [name, passes.has(name) ? { ...refusal, headers: headers('Retry-After') } : refusal];
    }),
  );
}

function problem(schema: ProblemSchema, description: string): ZodOpenApiResponseObject {
  return { description, content: { 'application/problem+json': { schema } } };
}
