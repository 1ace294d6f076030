import type { DescribeEvent } from '../audit/events.js';
import type { Endpoint, Incoming } from '../endpoints/endpoint.js';
import type { AuthenticateCaller } from '../principals/authenticate-caller.js';
import { isAtLeast, isGoodFor, namesOf, nobody, type Principal } from '../principals/principal.js';
import type { Access, Operation } from './operation.js';
import { Problem } from './problem.js';

export interface ApiDependencies {
  readonly issuer: string;
  readonly authenticate: AuthenticateCaller;
  readonly describe: DescribeEvent;
}

/** Makes endpoints of operations: who calls, whether they may, what they want, and refusals as problem documents. */
export function createApi({ issuer, authenticate, describe }: ApiDependencies) {
  return (operation: Operation): Endpoint =>
    async (incoming) => {
      try {
        const principal = await callerOf(authenticate, operation.access, incoming);
        return await operation.run({
          principal,
          incoming,
          event: (details) =>
            describe({ ...details, actor: principal.actor, via: principal.via, address: incoming.address }),
        });
      } catch (error) {
        if (error instanceof Problem) return error.toAnswer(issuer, incoming.target);
        throw error;
      }
    };
}

async function callerOf(
  authenticate: AuthenticateCaller,
  access: Access,
  incoming: Incoming,
): Promise<Principal> {
  if (access === 'anyone') return nobody;
  const caller = await authenticate(incoming);
  if ('refused' in caller) {
    const { status, detail, challenge } = caller.refused;
    throw new Problem(status, detail, {
      headers: challenge === undefined ? {} : { 'www-authenticate': challenge },
    });
  }
  const { principal } = caller;
  if (!isAtLeast(principal.role, access.role)) {
    throw new Problem(403, `Access denied: this takes ${words[access.role]}`);
  }
  if (!isGoodFor(principal, access.scope)) {
    const names = namesOf(access.scope);
    const missing = names.length === 0 ? 'any scope of this API' : `the scope ${names.join(' or ')}`;
    const scope = names.length === 0 ? '' : `, scope="${names.join(' ')}"`;
    throw new Problem(403, `Access denied: what you sent is not good for ${missing}`, {
      // RFC 6750 §3.1
      headers: { 'www-authenticate': `Bearer realm="Grantor API", error="insufficient_scope"${scope}` },
    });
  }
  return principal;
}

const words = { guest: 'somebody', developer: 'a developer', administrator: 'an administrator' } as const;
