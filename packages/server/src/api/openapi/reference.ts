import type {
  ApiReferenceProps,
  ReferenceBody,
  ReferenceChapter,
  ReferenceField,
  ReferenceOperation,
  ReferenceResponse,
} from '../../pages/index.js';
import { curl } from './curl.js';
import type { OpenApiDocument, OperationObject, Reference, ResponseObject } from './openapi-types.js';
import { anchorOf, fieldsOf, typeOf } from './reference-schema.js';

/** The props of the API reference page for a document. */
export function referenceOf(document: OpenApiDocument, documentHref: string): ApiReferenceProps {
  const [{ url: server }] = document.servers;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      tag: operation.tags[0],
      shown: shown(document, method.toUpperCase(), path, operation),
    })),
  );
  const chapters: ReferenceChapter[] = document.tags.map(({ name }) => ({
    name,
    anchor: `chapter-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`,
    operations: operations.filter(({ tag }) => tag === name).map((operation) => operation.shown),
  }));
  const schemas = Object.entries(document.components.schemas)
    // Schemas of request bodies are shown with their operation.
    .filter(([name]) => !name.endsWith('Body'))
    .map(([name, schema]) => ({ name, anchor: anchorOf(name), fields: fieldsOf(document, schema) }));
  return { version: document.info.version, server, documentHref, chapters, schemas };
}

function shown(
  document: OpenApiDocument,
  method: string,
  path: string,
  operation: OperationObject,
): ReferenceOperation {
  const { operationId: id, summary, description = '', responses } = operation;
  return {
    id,
    method,
    path,
    summary,
    description,
    parameters: parametersOf(operation),
    body: bodyOf(document, operation),
    responses: Object.entries(responses).map(([status, response]) => responseOf(document, status, response)),
    example: curl(document, method, path, operation),
  };
}

function parametersOf({ parameters = [] }: OperationObject): ReferenceField[] {
  return parameters.map(({ name, in: place, required, description, schema }) => ({
    name,
    type: typeOf(schema),
    notes: [place, ...(required && place !== 'path' ? ['required'] : [])],
    description,
  }));
}

function bodyOf(document: OpenApiDocument, { requestBody }: OperationObject): ReferenceBody | undefined {
  if (requestBody === undefined) return undefined;
  const schema = requestBody.content['application/json']?.schema ?? {};
  return { description: `${requestBody.description}.`, fields: fieldsOf(document, schema) };
}

function responseOf(
  document: OpenApiDocument,
  status: string,
  response: ResponseObject | Reference,
): ReferenceResponse {
  const { description, content = {} } = '$ref' in response ? componentOf(document, response) : response;
  const schema = content['application/json']?.schema;
  return { status, description, type: schema === undefined ? undefined : typeOf(schema) };
}

/** @throws Error if it does not exist. A test checks that all references exist */
function componentOf(document: OpenApiDocument, { $ref }: Reference): ResponseObject {
  const found = document.components.responses[$ref.slice($ref.lastIndexOf('/') + 1)];
  if (found === undefined) throw new Error(`${$ref} is not in the document`);
  return found;
}
