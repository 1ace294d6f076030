import { z } from 'zod';
import { changesBetween } from '../audit/changes.js';
import type { Registrant } from '../clients/client-types.js';
import { operatorFieldsSet } from '../clients/operator-fields.js';
import type { RevisionContext } from '../clients/registration.js';
import { mayAccess, type Principal } from '../principals/principal.js';
import { mayApproveScope } from '../principals/scope-approval.js';
import { ClientMetadataError } from '../protocol/index.js';
import type { ClientChanges, ClientRecord } from '../storage/ports/index.js';
import { etagOfClient, representClient } from './client-representation.js';
import { refuseMismatch } from './etag.js';
import { type Call, notFound } from './operation.js';
import { Problem } from './problem.js';

/** The syntax of client IDs, chosen by an administrator or generated. */
export const clientId = z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/, 'is not the ID of a client');
export const clientPath = z.object({ id: clientId });

/** A path below `/clients`. */
export const belowClients = <const Rest extends string>(rest: Rest) => [`/api/2.0/clients${rest}`] as const;

export const readClients = { role: 'developer', scope: 'grantor.clients:read' } as const;
export const writeClients = { role: 'developer', scope: 'grantor.clients:write' } as const;

/** Refusals of operations on one app. */
export const noSuchClient = { 404: 'No app with this ID is visible to the caller' };
export const changeRefusals = { ...noSuchClient, 412: 'The app has changed since you read it' };

/** @throws Problem 404 if it does not exist or is not visible to the caller */
export function visible(principal: Principal, client: ClientRecord | 'missing' | undefined): ClientRecord {
  if (client === undefined || client === 'missing' || !mayAccess(principal, client.createdBy)) {
    throw notFound('app');
  }
  return client;
}

/** Applies to every change of a client: checks ownership and `If-Match`, and writes an audit event. */
export function changeBy(
  { principal, incoming, event }: Pick<Call<never, never, never>, 'principal' | 'incoming' | 'event'>,
  type: `client.${string}`,
): RevisionContext {
  let before: Record<string, unknown> = {};
  return {
    registrant: registrantOf(principal),
    modifiedBy: principal.id,
    mayApprove: (scope) => mayApproveScope(principal, scope),
    inspect(client) {
      before = representClient(visible(principal, client));
      refuseMismatch(incoming.headers, etagOfClient(client));
    },
    adjust(client, changes) {
      refuseOperatorFields(principal, operatorFieldsSet(client, { ...client, ...changes }));
      const { enabled } = changes;
      // An explicit request to disable an app applies even if the app is disabled already.
      const isMeant = enabled !== client.enabled || type === 'client.disabled';
      if (enabled === undefined || !isMeant) return changes;
      return { ...changes, ...suspension(principal, client, enabled) };
    },
    note: (client) =>
      event({
        type,
        clientId: client.id,
        target: { type: 'client', id: client.id },
        ...changesBetween(before, representClient(client)),
      }),
  };
}

/** Creates the audit event of each app that the caller deletes. */
export function deletionBy({ event }: Pick<Call<never, never, never>, 'event'>) {
  return (client: ClientRecord) =>
    event({
      type: 'client.deleted',
      clientId: client.id,
      target: { type: 'client', id: client.id },
      before: representClient(client),
    });
}

/** The role in which the caller registers and changes apps. */
export function registrantOf({ role }: Principal): Registrant {
  return role === 'administrator' ? 'administrator' : 'developer';
}

/** @throws Problem 403 if a developer sets a field that only administrators may set */
export function refuseOperatorFields(principal: Principal, fields: readonly string[]): void {
  if (principal.role === 'administrator' || fields.length === 0) return;
  throw new Problem(403, 'Access denied: only administrators may set some of these fields', {
    errors: fields.map((field) => ({ field, message: 'may be set by administrators only' })),
  });
}

/**
 * Only an administrator can enable an app that an administrator disabled.
 *
 * @throws Problem 403 if its developer enables it
 */
function suspension(
  { role, id }: Principal,
  client: ClientRecord,
  enabled: boolean,
): Pick<ClientChanges, 'isSuspended'> {
  if (role === 'administrator') return { isSuspended: !enabled && client.createdBy !== id };
  if (enabled && client.isSuspended) {
    throw new Problem(
      403,
      'Access denied: an administrator disabled this app. Only an administrator can enable it',
    );
  }
  return {};
}

/** Turns invalid client metadata into a problem document. */
export async function withProblems<T>(registering: Promise<T>): Promise<T> {
  try {
    return await registering;
  } catch (error) {
    if (!(error instanceof ClientMetadataError)) throw error;
    throw new Problem(400, 'Validation failed', {
      errors: error.problems.map(({ field, message, isEmpty }) => ({
        field,
        code: isEmpty === true ? ('required' as const) : ('invalid' as const),
        message,
      })),
    });
  }
}
