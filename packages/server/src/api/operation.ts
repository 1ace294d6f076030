import type { z } from 'zod';
import type { EventDetails } from '../audit/events.js';
import type { EndpointRequest, EndpointResponse } from '../endpoints/endpoint.js';
import type { Principal, RequiredScope, Role } from '../principals/principal.js';
import type { AuditEvent } from '../storage/ports/index.js';
import { Problem } from './problem.js';
import { type ReadBody, readJson } from './read-json.js';
import { readPath, readQuery } from './read-parameters.js';

/** Who may call an operation: anyone, or a caller with the role and the scope. */
export type Access =
  | 'anyone'
  | {
      readonly role: Role;
      /** Null if any credential for this API is enough. */
      readonly scope: RequiredScope;
    };

/** A successful response of an operation. */
export interface OperationResponse {
  readonly description: string;
  /** The schema of the body. Undefined for a response without a body. */
  readonly schema?: z.ZodType;
}

/** One authorized request to an operation, with its validated input. */
export interface Call<P, Q, B> {
  readonly principal: Principal;
  readonly path: P;
  readonly query: Q;
  readonly body: B;
  readonly incoming: EndpointRequest;
  /** Creates an audit event with the caller, the credential and the address of this request. */
  readonly event: (details: Omit<EventDetails, 'actor' | 'via' | 'address'>) => AuditEvent;
}

/** The tags of the OpenAPI document, in their order. */
export const chapters = [
  'Apps',
  'Scopes',
  'Consents',
  'Users',
  'Mails',
  'Sign-in hook',
  'API keys',
  'Registration tokens',
  'Audit trail',
  'Signatures',
] as const;

interface OperationDescription {
  /** The `operationId` in the OpenAPI document: `listClients`. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Paths below the issuer, with parameters as `:id`. The first one is documented. */
  readonly paths: readonly [string, ...string[]];
  /** The tag in the OpenAPI document. */
  readonly tag: (typeof chapters)[number];
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly responses: Readonly<Record<number, OperationResponse>>;
  /** Refusals beyond those that every operation has. */
  readonly refusals?: Readonly<Record<number, string>>;
  /** Fields of the body that are ignored, so that a response can be sent back as a change. */
  readonly readOnlyFields?: readonly string[];
  /** The maximum size of the body, in bytes. Default: 64 KiB. */
  readonly maxBodyBytes?: number;
  /** Whether a missing body counts as an empty object. */
  readonly bodyIsOptional?: boolean;
}

/** The fields of a path or a query. Undefined if an operation reads none. */
type Fields = z.ZodObject | z.ZodUndefined;

interface OperationSchemas<P extends Fields, Q extends Fields, B extends z.ZodType> {
  /** The parameters of the path. A value that does not match gets 404. */
  readonly path?: P;
  readonly query?: Q;
  readonly body?: B;
}

/** One operation of the management API: its validation, documentation and handler. */
export interface Operation extends OperationDescription, OperationSchemas<Fields, Fields, z.ZodType> {
  /**
   * Validates the request of an authorized caller and handles it.
   *
   * @param query the query string, as operations read it
   * @throws Problem
   */
  readonly run: (
    caller: Pick<Call<never, never, never>, 'principal' | 'incoming' | 'event'>,
    query: string,
  ) => Promise<EndpointResponse>;
}

/** Defines an operation. Its handler sees only input that passed its schemas. */
export function defineOperation<
  P extends Fields = z.ZodUndefined,
  Q extends Fields = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(
  operation: OperationDescription &
    OperationSchemas<P, Q, B> & {
      readonly handle: (
        call: Call<z.output<P>, z.output<Q>, z.output<B>>,
      ) => Promise<EndpointResponse> | EndpointResponse;
    },
): Operation {
  const { handle, ...described } = operation;
  const { path, query, body, readOnlyFields, bodyIsOptional } = operation;
  const reading: ReadBody = { ignored: readOnlyFields ?? [], isOptional: bodyIsOptional === true };
  return {
    ...described,
    async run(caller, sentQuery) {
      const { incoming } = caller;
      // Without a schema, the handler gets undefined, which is what the types say.
      return handle({
        ...caller,
        path: (path === undefined ? undefined : readPath(incoming.pathParameters, path)) as z.output<P>,
        query: (query === undefined ? undefined : readQuery(sentQuery, query)) as z.output<Q>,
        body: (body === undefined ? undefined : readJson(incoming.body, body, reading)) as z.output<B>,
      });
    },
  };
}

/** The refusal for something that does not exist or that the caller may not see. */
export function notFound(what: string): Problem {
  return new Problem(404, `There is no ${what} with this ID`);
}
