import type { z } from 'zod';
import type { Operation } from '../operation.js';
import type { Components } from './components.js';
import type { HeaderObject, JsonSchema, Reference, ResponseObject } from './openapi-types.js';
import { isRepeatable } from './parameters.js';
import { problemSchema } from './problem-schema.js';

const digits = { type: 'string', pattern: '^\\d+$' } as const;

/** The headers that answers may have, by the names of their components. */
export const headerComponents = {
  ETag: {
    description: 'Names what it is like now, for `If-Match` with a change',
    schema: { type: 'string' },
  },
  'RateLimit-Limit': {
    description: 'How many requests a minute has, of the limit that is nearest',
    schema: digits,
  },
  'RateLimit-Remaining': { description: 'How many are left of them', schema: digits },
  'RateLimit-Reset': { description: 'In how many seconds there are all again', schema: digits },
  'Retry-After': { description: 'In how many seconds it is worth another try', schema: digits },
} as const satisfies Readonly<Record<string, HeaderObject>>;

/** Every status that an operation answers with. */
export function responsesOf(
  operation: Operation,
  components: Components,
  hasTag: boolean,
): Readonly<Record<string, ResponseObject | Reference>> {
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
            content: { 'application/json': { schema: responseSchema(operation, schema, components) } },
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
        problem(components, description),
      ]),
    ),
  };
}

/** Objects have a name, so that generated clients have types for them. */
function responseSchema({ id }: Operation, schema: z.ZodType, components: Components): JsonSchema {
  const described = components.describe(schema, 'output');
  if (described.type !== 'object') return described;
  return components.named(`${id.charAt(0).toUpperCase()}${id.slice(1)}EndpointResponse`, schema, 'output');
}

function headers(...names: readonly (keyof typeof headerComponents)[]): Readonly<Record<string, Reference>> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** What follows from what an operation takes, so that it need not name it itself. */
const refusals = {
  Malformed: { status: 400, description: 'Something is not as it must be; `errors` says what' },
  Unknown: { status: 401, description: 'Nothing that was sent says who calls' },
  Forbidden: { status: 403, description: 'You may not, not with what you sent, or not from another site' },
  NotFound: { status: 404, description: 'There is no such thing, or none that you may see' },
  UnderWay: {
    status: 409,
    description: 'A request with this Idempotency-Key is under way, or nobody knows how it ended',
  },
  TooLarge: { status: 413, description: 'The body is too large' },
  NotJson: { status: 415, description: 'The body is not application/json' },
  OtherRequest: { status: 422, description: 'Another request was sent with this Idempotency-Key' },
  TooMany: { status: 429, description: 'Too many requests; `Retry-After` says when to go on' },
  Unavailable: {
    status: 503,
    description: 'The database is not available now; `Retry-After` says when to send the request again',
  },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly description: string }>>;

type Refusal = keyof typeof refusals;

/** Those after which the same request may succeed, and that say when. */
const passes: ReadonlySet<Refusal> = new Set(['TooMany', 'Unavailable']);

/** Those that an operation has, and has no words of its own for. */
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

/** The refusals that operations share, as components. */
export function refusalComponents(
  operations: readonly Operation[],
  components: Components,
): Readonly<Record<string, ResponseObject>> {
  const names = new Set(operations.flatMap(commonRefusals));
  return Object.fromEntries(
    [...names].toSorted().map((name) => {
      const refusal = problem(components, refusals[name].description);
      return [name, passes.has(name) ? { ...refusal, headers: headers('Retry-After') } : refusal];
    }),
  );
}

function problem(components: Components, description: string): ResponseObject {
  const schema = components.describe(problemSchema, 'output');
  return { description, content: { 'application/problem+json': { schema } } };
}
