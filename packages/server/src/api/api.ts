import type { CreateEvent } from '../audit/events.js';
import type { Endpoint, EndpointRequest, EndpointResponse, JsonResponse } from '../endpoints/endpoint.js';
import { type AuthenticateCaller, apiChallenge } from '../principals/authenticate-caller.js';
import { anonymous, hasRequiredScope, isAtLeast, namesOf, type Principal } from '../principals/principal.js';
import { isSafe } from '../principals/same-origin.js';
import type { RunOnce } from './idempotency.js';
import type { Allowance, ApiLimits } from './limits.js';
import type { Operation } from './operation.js';
import { type FieldProblemFormat, Problem, plainFieldProblems, problemResponse } from './problem.js';

type ResponseHeaders = Readonly<Record<string, string>>;

/** What a compatibility mode changes in every request and response. */
export interface ApiFormat {
  /** Rewrites a query string as the operations read it. */
  readonly readableQuery: (query: string) => string;
  readonly fieldProblems: FieldProblemFormat;
  /** The response of a refusal. Default: a problem document. */
  readonly refusal?: (refusal: Problem) => JsonResponse;
  /** Further headers of a response with these headers. */
  readonly furtherHeaders: (headers: ResponseHeaders) => ResponseHeaders;
}

/** The format of the server itself. */
export const plainApiFormat: ApiFormat = {
  readableQuery: (query) => query,
  fieldProblems: plainFieldProblems,
  furtherHeaders: () => ({}),
};

export interface ApiDependencies {
  readonly issuer: string;
  readonly authenticate: AuthenticateCaller;
  readonly createEvent: CreateEvent;
  readonly limits: ApiLimits;
  readonly runOnce: RunOnce;
  readonly format: ApiFormat;
}

/**
 * Makes endpoints of operations. Authenticates the caller, checks role, scope and limits, runs the operation, and
 * turns refusals into problem documents.
 */
export function createApi({ issuer, authenticate, createEvent, limits, runOnce, format }: ApiDependencies) {
  return (operation: Pick<Operation, 'access' | 'method' | 'run'>): Endpoint =>
    async (incoming) => {
      let allowance: Allowance | undefined;
      try {
        allowance = await limits.admit(incoming);
        const principal = await callerOf(authenticate, operation, incoming, allowance);
        const response = await runOnce(principal, incoming, () =>
          operation.run(
            {
              principal,
              incoming,
              event: (details) =>
                createEvent({
                  ...details,
                  actor: principal.actor,
                  via: principal.via,
                  address: incoming.address,
                }),
            },
            format.readableQuery(incoming.query),
          ),
        );
        return withHeaders(response, allowance.headers(), format);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        incoming.note({ refusal: error.description });
        const response =
          format.refusal?.(error) ?? problemResponse(error, issuer, incoming.path, format.fieldProblems);
        return withHeaders(response, allowance?.headers() ?? {}, format);
      }
    };
}

/** A header of the response itself wins. */
function withHeaders(
  response: EndpointResponse,
  limits: ResponseHeaders,
  { furtherHeaders }: ApiFormat,
): EndpointResponse {
  if (response.kind === 'redirect') return response;
  const headers = { ...limits, ...response.headers };
  return { ...response, headers: { ...headers, ...furtherHeaders(headers) } };
}

async function callerOf(
  authenticate: AuthenticateCaller,
  { access, method }: Pick<Operation, 'access' | 'method'>,
  incoming: EndpointRequest,
  allowance: Allowance,
): Promise<Principal> {
  if (access === 'anyone') return anonymous;
  const caller = await authenticate(incoming);
  if ('refused' in caller) {
    await allowance.countRefusal();
    const { status, detail, challenge } = caller.refused;
    throw new Problem(status, detail, { challenge });
  }
  const { principal } = caller;
  incoming.note({ userId: principal.account?.id, clientId: clientOf(principal) });
  await allowance.countCaller(principal);
  if (!isAtLeast(principal.role, access.role)) {
    throw new Problem(403, `Access denied: this requires ${roleNames[access.role]}`);
  }
  // A derived credential leaks more easily than the session cookie. What it created would outlive the session.
  if (
    principal.isDerived &&
    principal.credential.kind === 'session' &&
    !isSafe(method) &&
    method !== 'DELETE'
  ) {
    throw new Problem(
      403,
      'Access denied: a signature from a session can read and delete only. Use the session itself or an API key',
    );
  }
  if (!hasRequiredScope(principal, access.scope)) {
    const names = namesOf(access.scope);
    const missing = names.length === 0 ? 'any scope of this API' : `the scope ${names.join(' or ')}`;
    const scope = names.length === 0 ? {} : { scope: names.join(' ') };
    throw new Problem(403, `Access denied: the credential does not have ${missing}`, {
      // RFC 6750 §3.1
      challenge: { ...apiChallenge, parameters: { error: 'insufficient_scope', ...scope } },
    });
  }
  return principal;
}

function clientOf({ credential }: Principal): string | undefined {
  return credential.kind === 'access_token' ? credential.client.id : undefined;
}

const roleNames = { guest: 'a user', developer: 'a developer', administrator: 'an administrator' } as const;
