import { z } from 'zod';
import type { Clock } from '../crypto/clock.js';
import { json } from '../endpoints/endpoint.js';
import { mayApproveScope } from '../principals/scope-approval.js';
import { approveScopes, refuseScopes } from '../scopes/approval.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { ClientLogoStore, ClientRecord, ClientStore, ScopeStore } from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import {
  belowClients,
  changeBy,
  changeRefusals,
  clientId,
  clientPath,
  visible,
} from './client-operations.js';
import type { ClientResponses } from './client-representation.js';
import { clientResponse } from './logos.js';
import { type Call, defineOperation, type Operation } from './operation.js';
import { pageLimit } from './page.js';
import { Problem } from './problem.js';

const DEFAULT_ITEMS = 30;
const MOST_SCOPES = 64;

const pendingSchema = z
  .strictObject({
    client_id: z.string(),
    name: z.string(),
    created_by: z.string().nullable(),
    scopes: z.array(
      z.strictObject({ scope: z.string(), requested_on: timestamp, requested_by: z.string().nullable() }),
    ),
  })
  .meta({ id: 'ScopeRequest', description: 'An app with scopes that wait for approval' });

const decisionSchema = z.strictObject({
  scopes: z
    .array(z.string().max(128, 'must have at most 128 characters'))
    .min(1, 'must not be empty')
    .max(MOST_SCOPES, `must have at most ${MOST_SCOPES} scopes`)
    .optional()
    .meta({ description: 'The pending scopes to decide about. Default: all pending scopes of the app' }),
});

type Decision = z.output<typeof decisionSchema>;

export interface ScopeRequestsApiDependencies {
  readonly clients: ClientStore;
  readonly logos: ClientLogoStore;
  readonly responses: ClientResponses;
  readonly scopes: ScopeStore;
  readonly catalogue: ScopeCatalogue;
  readonly clock: Clock;
}

/** Approval of scopes: developers request them, administrators approve or refuse. */
export function scopeRequestsApi(dependencies: ScopeRequestsApiDependencies): readonly Operation[] {
  const { clients, scopes, catalogue, responses, clock } = dependencies;
  const tag = 'Scopes';

  const list = defineOperation({
    id: 'listScopeRequests',
    method: 'GET',
    paths: ['/api/2.0/scope-requests'],
    tag,
    summary: 'List the apps with pending scopes, oldest request first',
    access: { role: 'administrator', scope: 'grantor.clients:read' },
    query: z.object({
      limit: pageLimit.default(DEFAULT_ITEMS),
      last_client_id: clientId.optional(),
      last_requested_on: timestamp.optional(),
    }),
    responses: {
      200: {
        description: 'A page of apps',
        schema: z.object({
          data: z.array(pendingSchema),
          limit: z.int(),
          last_client_id: z.string().nullable(),
          last_requested_on: timestamp.nullable(),
        }),
      },
    },
    async handle({ query: { limit, last_client_id: id, last_requested_on: on } }) {
      if ((id === undefined) !== (on === undefined)) {
        throw new Problem(
          400,
          'Send last_client_id and last_requested_on together, both from the previous page',
        );
      }
      const after =
        id === undefined || on === undefined ? null : { id, createdAt: Math.floor(Date.parse(on) / 1000) };
      const { items, next } = await scopes.listWaiting({ limit, after });
      return json(200, {
        data: items.map(representPending),
        limit,
        last_client_id: next?.id ?? null,
        last_requested_on: next === null ? null : isoTime(next.createdAt),
      });
    },
  });

  /** Applies a decision about the pending scopes of an app. */
  const decide = async (
    call: Call<{ id: string }, unknown, Decision>,
    type: 'client.scopes_approved' | 'client.scopes_refused',
    decided: (
      client: ClientRecord,
      chosen: readonly string[],
    ) => Partial<Pick<ClientRecord, 'scopes' | 'scopeRequests'>>,
  ) => {
    const { inspect, note } = changeBy(call, type);
    const updated = await clients.update(
      call.path.id,
      (client) => {
        inspect?.(client);
        const chosen = chosenOf(client, call.body);
        return { ...decided(client, chosen), modifiedBy: call.principal.id, updatedAt: clock() };
      },
      note,
    );
    const client = visible(call.principal, updated);
    return clientResponse(dependencies, 200, client);
  };

  const decision = {
    method: 'POST',
    tag,
    path: clientPath,
    body: decisionSchema,
    bodyIsOptional: true,
    responses: { 200: { description: 'The changed app', schema: responses.schema } },
    refusals: { ...changeRefusals, 409: 'The app has no pending scope' },
  } as const;

  const approve = defineOperation({
    ...decision,
    id: 'approveScopes',
    paths: belowClients('/:id/scopes/approve'),
    summary: 'Approve the pending scopes of an app',
    description: 'Scopes that have been deleted since the request are not granted.',
    access: { role: 'administrator', scope: 'grantor.clients:write' },
    async handle(call) {
      const pending = (await clients.find(call.path.id))?.scopeRequests.map(({ scope }) => scope) ?? [];
      const known = await catalogue.consult(pending);
      return decide(call, 'client.scopes_approved', (client, chosen) => {
        if (
          !chosen.every((name) => known.find(name) === undefined || mayApproveScope(call.principal, name))
        ) {
          throw new Problem(
            403,
            'Access denied: the credential of this request does not have all of these scopes itself',
          );
        }
        return approveScopes(client, chosen, known);
      });
    },
  });

  const refuse = defineOperation({
    ...decision,
    id: 'refuseScopes',
    paths: belowClients('/:id/scopes/refuse'),
    summary: 'Refuse the pending scopes of an app',
    description: 'The developer of the app may also send this, to withdraw a request.',
    access: { role: 'developer', scope: 'grantor.clients:write' },
    handle: (call) =>
      decide(call, 'client.scopes_refused', (client, chosen) => ({
        scopeRequests: refuseScopes(client, chosen),
      })),
  });

  return [list, approve, refuse];
}

/** @throws Problem if the app has no pending scope, or one of the scopes is not pending */
function chosenOf({ scopeRequests }: ClientRecord, { scopes }: Decision): readonly string[] {
  const pending = scopeRequests.map(({ scope }) => scope);
  if (scopes === undefined && pending.length === 0) throw new Problem(409, 'The app has no pending scope');
  const chosen = scopes ?? pending;
  const errors = chosen.flatMap((name, index) =>
    pending.includes(name)
      ? []
      : [
          {
            field: `scopes.${index}`,
            code: 'invalid' as const,
            message: 'is not a pending scope of the app',
          },
        ],
  );
  if (errors.length > 0) throw new Problem(400, 'Validation failed', { errors });
  return chosen;
}

function representPending(client: ClientRecord): Record<string, unknown> {
  return {
    client_id: client.id,
    name: client.name,
    created_by: client.createdBy,
    scopes: client.scopeRequests.map(({ scope, requestedAt, requestedBy }) => ({
      scope,
      requested_on: isoTime(requestedAt),
      requested_by: requestedBy,
    })),
  };
}
