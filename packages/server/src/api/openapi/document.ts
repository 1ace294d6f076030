import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { chapters, type Operation } from '../operation.js';
import type { FieldProblemFormat } from '../problem.js';
import type { OpenApiDocument } from './openapi-types.js';
import { isConditional, parametersOf, templateOf, withDescribedParameters } from './parameters.js';
import { createProblemSchema } from './problem-schema.js';
import { headerComponents, refusalComponents, responsesOf } from './responses.js';
import { named, tidy } from './schemas.js';
import { describeAccess, type SecurityScheme, securityOf, securitySchemes } from './security.js';

export interface OpenApiOptions {
  /** The base URL of the API: the issuer, or `/` for a document of no specific server. */
  readonly server: string;
  readonly version: string;
  /** Credentials that every operation accepts in addition to those of the server. */
  readonly otherSchemes: Readonly<Record<string, SecurityScheme>>;
  readonly fieldProblems: FieldProblemFormat;
}

/** The OpenAPI 3.1 document of operations. */
export function openApiDocument(
  operations: readonly Operation[],
  { server, version, otherSchemes, fieldProblems }: OpenApiOptions,
): OpenApiDocument {
  const tagged = taggedPaths(operations);
  const problemSchema = createProblemSchema(fieldProblems);
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    const path = templateOf(operation.paths[0]);
    const hasTag = operation.method !== 'DELETE' && tagged.has(operation.paths[0]);
    const described: ZodOpenApiOperationObject = {
      operationId: operation.id,
      tags: [operation.tag],
      summary: operation.summary,
      description: descriptionOf(operation),
      ...parametersOf(operation),
      ...requestBodyOf(operation),
      responses: responsesOf(operation, problemSchema, hasTag),
      security: securityOf(operation.access, Object.keys(otherSchemes)),
    };
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: described };
  }
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: { title: 'Grantor management API', version, description },
      tags: chapters.filter((name) => operations.some(({ tag }) => tag === name)).map((name) => ({ name })),
      paths,
      components: {
        responses: refusalComponents(operations, problemSchema),
        headers: headerComponents,
        securitySchemes: { ...securitySchemes(server === '/' ? '' : server), ...otherSchemes },
      },
    },
    { override: tidy },
  );
  return withDescribedParameters({ ...document, servers: [{ url: server }] } as OpenApiDocument);
}

const description = [
  'Apps, scopes, consents, users and API keys of a Grantor authorization server.',
  'Fields are in snake_case; requests may use camelCase as well. Errors are problem documents (RFC 9457).',
].join(' ');

/** The paths whose representations have an entity tag, since a change can be conditional on it. */
function taggedPaths(operations: readonly Operation[]): ReadonlySet<string> {
  const readable = new Set(operations.filter(({ method }) => method === 'GET').map(({ paths }) => paths[0]));
  return new Set(
    operations
      .filter(isConditional)
      .map(({ paths }) => paths[0])
      .filter((path) => readable.has(path)),
  );
}

function descriptionOf(operation: Operation): string {
  const [, ...aliases] = operation.paths;
  return [
    ...(operation.description === undefined ? [] : [operation.description]),
    describeAccess(operation.access),
    ...(aliases.length === 0
      ? []
      : [`Also at ${aliases.map((alias) => `\`${templateOf(alias)}\``).join(', ')}.`]),
  ].join(' ');
}

function requestBodyOf({
  id,
  body,
  bodyIsOptional,
  readOnlyFields = [],
}: Operation): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (body === undefined) return {};
  const name = `${id.charAt(0).toUpperCase()}${id.slice(1)}Body`;
  const ignored =
    readOnlyFields.length === 0
      ? ''
      : `. Ignored, so that a response can be sent back: ${readOnlyFields.map((field) => `\`${field}\``).join(', ')}`;
  return {
    requestBody: {
      required: bodyIsOptional !== true,
      description: `Field names may also be in camelCase${ignored}`,
      content: { 'application/json': { schema: named(body, name) } },
    },
  };
}
