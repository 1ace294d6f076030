import type { JsonSchema, OpenApiDocument, OperationObject } from './openapi-types.js';
import { resolved } from './reference-schema.js';

/** A curl command for an operation, with the required fields of its body. */
export function curl(
  document: OpenApiDocument,
  method: string,
  path: string,
  { requestBody, security, parameters = [] }: OperationObject,
): string {
  const [{ url }] = document.servers;
  const server = url === '/' ? '' : url;
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(sample(document, name, schema)))}`);
  const address = `${server}${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  const body = requestBody?.content['application/json']?.schema;
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}'${address}'`,
    ...(security.length === 0 ? [] : [`  -H "Authorization: Bearer $GRANTOR_API_KEY"`]),
    ...(body === undefined
      ? []
      : [`  -H 'Content-Type: application/json'`, `  -d '${JSON.stringify(sample(document, '', body))}'`]),
  ].join(' \\\n');
}

/** A minimal value that matches a schema. */
function sample(document: OpenApiDocument, name: string, schema: JsonSchema): unknown {
  const {
    anyOf,
    default: preset,
    enum: values,
    format,
    items,
    properties,
    required = [],
    type,
    minimum,
  } = resolved(document, schema);
  if (preset !== undefined) return preset;
  if (values !== undefined) return values[0];
  if (anyOf?.[0] !== undefined) return sample(document, name, anyOf[0]);
  if (properties !== undefined) {
    // A change has no required fields, so the example has the first field.
    const shown = required.length > 0 ? required : Object.keys(properties).slice(0, 1);
    return Object.fromEntries(
      shown.map((field) => [field, sample(document, field, properties[field] ?? {})]),
    );
  }
  if (items !== undefined) return [sample(document, name, items)];
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return typeof minimum === 'number' ? minimum : 1;
  if (format === 'uri' || /_ur[il]s?$/.test(name)) return 'https://app.example/';
  return type === 'object' ? {} : '...';
}
