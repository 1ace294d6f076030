import type { DescribeEvent } from '../audit/events.js';
import type { Endpoint, EndpointRequest, EndpointResponse } from '../endpoints/endpoint.js';
import { type AuthenticateCaller, apiChallenge } from '../principals/authenticate-caller.js';
import { isAtLeast, isGoodFor, namesOf, nobody, type Principal } from '../principals/principal.js';
import { isSafe } from '../principals/same-origin.js';
import type { Once } from './idempotency.js';
import type { Allowance, ApiLimits } from './limits.js';
import type { Operation } from './operation.js';
import { Problem, problemResponse } from './problem.js';

export interface ApiDependencies {
  readonly issuer: string;
  readonly authenticate: AuthenticateCaller;
  readonly describe: DescribeEvent;
  readonly limits: ApiLimits;
  readonly once: Once;
}

/**
 * Makes endpoints of operations. Authenticates the caller, checks role, scope and limits, runs the operation, and
 * turns refusals into problem documents.
 */
export function createApi({ issuer, authenticate, describe, limits, once }: ApiDependencies) {
  return (operation: Operation): Endpoint =>
    async (incoming) => {
      let allowance: Allowance | undefined;
      try {
        allowance = await limits.admit(incoming);
        const principal = await callerOf(authenticate, operation, incoming, allowance);
        const response = await once(principal, incoming, () =>
          operation.run({
            principal,
            incoming,
            event: (details) =>
              describe({ ...details, actor: principal.actor, via: principal.via, address: incoming.address }),
          }),
        );
        return withHeaders(response, allowance.headers());
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        incoming.note({ refusal: error.description });
        return withHeaders(problemResponse(error, issuer, incoming.path), allowance?.headers() ?? {});
      }
    };
}

/** A header of the response itself wins. */
function withHeaders(
  response: EndpointResponse,
  headers: Readonly<Record<string, string>>,
): EndpointResponse {
  if (response.kind === 'redirect') return response;
  return { ...response, headers: { ...headers, ...response.headers } };
}

async function callerOf(
  authenticate: AuthenticateCaller,
  { access, method }: Operation,
  incoming: EndpointRequest,
  allowance: Allowance,
): Promise<Principal> {
  if (access === 'anyone') return nobody;
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
  // An x-signature leaks more easily than the session cookie. What it created would outlive the session.
  if (
    principal.isSigned &&
    principal.credential.kind === 'session' &&
    !isSafe(method) &&
    method !== 'DELETE'
  ) {
    throw new Problem(
      403,
      'Access denied: an x-signature from a session can read and delete only. Use the session itself or an API key',
    );
  }
  if (!isGoodFor(principal, access.scope)) {
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
