import type { Operation } from '../operation.js';
import type { Components } from './components.js';
import type { ParameterObject } from './openapi-types.js';

/** Whether an operation supports `If-Match`. */
export const isConditional = ({ refusals }: Operation): boolean => refusals?.[412] !== undefined;

/** Whether an operation supports `Idempotency-Key`. */
export const isRepeatable = ({ method, access }: Pick<Operation, 'method' | 'access'>): boolean =>
  method === 'POST' && access !== 'anyone';

/** The parameters of an operation. */
export function parametersOf(operation: Operation, components: Components): readonly ParameterObject[] {
  return [
    ...pathParameters(operation, components),
    ...queryParameters(operation, components),
    ...(isConditional(operation) ? [ifMatch] : []),
    ...(isRepeatable(operation) ? [idempotencyKey] : []),
  ];
}

function pathParameters({ paths, path }: Operation, components: Components): ParameterObject[] {
  const described = path === undefined ? {} : (components.describe(path, 'input').properties ?? {});
  return namesIn(paths[0]).map((name) => {
    const { description, ...schema } = described[name] ?? { type: 'string' };
    return { name, in: 'path', required: true, ...(description && { description }), schema };
  });
}

function queryParameters({ query }: Operation, components: Components): ParameterObject[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = components.describe(query, 'input');
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description && { description }),
    schema,
  }));
}

/** `/clients/:id` as `/clients/{id}`. */
export function templateOf(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

function namesIn(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
}

const ifMatch: ParameterObject = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description:
    'The `ETag` of the response that you read. If the resource has changed since, the request gets 412',
  schema: { type: 'string' },
};

const idempotencyKey: ParameterObject = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A unique name for this request. A repeated request with the same key is not run again and gets the same response',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
};
