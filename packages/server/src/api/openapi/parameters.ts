import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { Operation } from '../operation.js';
import type { OpenApiDocument, OperationObject, ParameterObject } from './openapi-types.js';

/** Whether an operation supports `If-Match`. */
export const isConditional = ({ refusals }: Operation): boolean => refusals?.[412] !== undefined;

/** Whether an operation supports `Idempotency-Key`. */
export const isRepeatable = ({ method, access }: Pick<Operation, 'method' | 'access'>): boolean =>
  method === 'POST' && access !== 'anyone';

/** The parameters of an operation. */
export function parametersOf(
  operation: Operation,
): Pick<ZodOpenApiOperationObject, 'requestParams' | 'parameters'> {
  const { path, query } = operation;
  return {
    requestParams: {
      ...(path instanceof z.ZodObject && { path }),
      ...(query instanceof z.ZodObject && { query }),
    },
    parameters: [
      ...(isConditional(operation) ? [ifMatch] : []),
      ...(isRepeatable(operation) ? [idempotencyKey] : []),
    ],
  };
}

/**
 * Moves the description of each parameter from its schema to the parameter, where tools look for it. The generator leaves
 * it in the schema if the schema is optional.
 */
export function withDescribedParameters(document: OpenApiDocument): OpenApiDocument {
  const described = ({ parameters = [], ...operation }: OperationObject): OperationObject => ({
    ...operation,
    parameters: parameters.map(describedParameter),
  });
  return { ...document, paths: mapValues(document.paths, (item) => mapValues(item, described)) };
}

function describedParameter({ schema, ...parameter }: ParameterObject): ParameterObject {
  const { description, ...rest } = schema;
  return { ...parameter, ...(description !== undefined && { description }), schema: rest };
}

function mapValues<From, To>(
  from: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, map(value)]));
}

/** `/clients/:id` as `/clients/{id}`. */
export function templateOf(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

const ifMatch = z
  .string()
  .optional()
  .meta({
    description:
      'The `ETag` of the response that you read. If the resource has changed since, the request gets 412',
    param: { in: 'header', name: 'If-Match' },
  });

const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[!-~]+$/)
  .optional()
  .meta({
    description:
      'A unique name for this request. A repeated request with the same key is not run again and gets the same response',
    param: { in: 'header', name: 'Idempotency-Key' },
  });
