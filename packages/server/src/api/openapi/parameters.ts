import type { Operation } from '../operation.js';
import type { Components } from './components.js';
import type { ParameterObject } from './openapi-types.js';

/** Whether an operation refuses to change what is not any more as the caller saw it. */
export const isConditional = ({ refusals }: Operation): boolean => refusals?.[412] !== undefined;

/** Whether sending it again with the same `Idempotency-Key` does it once. */
export const isRepeatable = ({ method, access }: Pick<Operation, 'method' | 'access'>): boolean =>
  method === 'POST' && access !== 'anyone';

/** What an operation takes beside its body. */
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
  description: 'The `ETag` of what you read: the change is refused with 412 where somebody was faster',
  schema: { type: 'string' },
};

const idempotencyKey: ParameterObject = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A name for this request, so that sending it again does it once and answers the same',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
};
