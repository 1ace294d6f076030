import type { z } from 'zod';
import type { EventDetails } from '../audit/events.js';
import type { EndpointRequest, EndpointResponse } from '../endpoints/endpoint.js';
import type { Principal, RequiredScope, Role } from '../principals/principal.js';
import type { AuditEvent } from '../storage/ports/index.js';
import { Problem } from './problem.js';
import { type ReadBody, readJson } from './read-json.js';
import { readPath, readQuery } from './read-parameters.js';

/** Who may: anybody at all, or whoever has the role, with a credential that is good for the scope. */
export type Access =
  | 'anyone'
  | {
      readonly role: Role;
      /** Null where any credential for this API will do. */
      readonly scope: RequiredScope;
    };

/** One status that an operation answers with when all went well. */
export interface OperationResponse {
  readonly description: string;
  /** What the body is; without one there is none. */
  readonly schema?: z.ZodType;
}

/** What an operation has to do with one request: read, checked, and from somebody who may. */
export interface Call<P, Q, B> {
  readonly principal: Principal;
  readonly path: P;
  readonly query: Q;
  readonly body: B;
  readonly incoming: EndpointRequest;
  /** Makes an event of what this call does, with who does it from where. */
  readonly event: (details: Omit<EventDetails, 'actor' | 'via' | 'address'>) => AuditEvent;
}

/** The chapters of the documentation, in their order. */
export const chapters = [
  'Apps',
  'Scopes',
  'Consents',
  'People',
  'API keys',
  'Registration tokens',
  'Audit trail',
  'Signatures',
] as const;

interface OperationDescription {
  /** Its name in the OpenAPI document: `listClients`. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the issuer, variable parts as `:id`; the first is the one in the documentation. */
  readonly paths: readonly [string, ...string[]];
  /** Its chapter in the documentation. */
  readonly tag: (typeof chapters)[number];
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly responses: Readonly<Record<number, OperationResponse>>;
  /** The refusals of its own, beside those that every operation has. */
  readonly refusals?: Readonly<Record<number, string>>;
  /** Fields of the body that are passed over, so that an answer can be sent back as a change. */
  readonly readOnlyFields?: readonly string[];
  /** The most that its body may hold, in bytes; 64 KiB unless set. */
  readonly maxBodyBytes?: number;
  /** Whether it can be asked without a body, as if an empty object had been sent. */
  readonly bodyIsOptional?: boolean;
}

interface OperationSchemas<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  /** The variable parts of the path; what does not fit is not there: 404. */
  readonly path?: P;
  readonly query?: Q;
  readonly body?: B;
}

/** One operation of the management API: what validates it, documents it and does it, in one place. */
export interface Operation extends OperationDescription, OperationSchemas<z.ZodType, z.ZodType, z.ZodType> {
  /**
   * Reads the request and does it, for somebody who may.
   *
   * @throws Problem
   */
  readonly run: (
    caller: Pick<Call<never, never, never>, 'principal' | 'incoming' | 'event'>,
  ) => Promise<EndpointResponse>;
}

/** Puts together what an operation is. What it does sees only what its schemas let through. */
export function defineOperation<
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
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
    async run(caller) {
      const { incoming } = caller;
      // What an operation has no schema for, its handler sees as undefined: the types say the same.
      return handle({
        ...caller,
        path: (path === undefined ? undefined : readPath(incoming.pathParameters, path)) as z.output<P>,
        query: (query === undefined ? undefined : readQuery(incoming.query, query)) as z.output<Q>,
        body: (body === undefined ? undefined : readJson(incoming.body, body, reading)) as z.output<B>,
      });
    },
  };
}

/** What one may not see is not there (and never 403). */
export function notFound(what: string): Problem {
  return new Problem(404, `There is no ${what} with this ID`);
}
