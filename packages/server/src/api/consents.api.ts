import { z } from 'zod';
import type { ConsentSecondsOf } from '../consents/find-consent.js';
import { withdrawConsent } from '../consents/withdraw-consent.js';
import type { Clock } from '../crypto/clock.js';
import { json } from '../endpoints/endpoint.js';
import type {
  ClientLogoStore,
  ClientStore,
  ConsentCursor,
  ConsentStore,
  GrantListStore,
} from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import { belowClients, clientId, clientPath } from './client-operations.js';
import type { ClientResponses } from './client-representation.js';
import {
  clientConsentSchema,
  consentSchema,
  inspectedConsentSchema,
  representClientConsent,
  representConsent,
  representInspectedConsent,
} from './consent-representation.js';
import { logosOf } from './logos.js';
import { type Call, defineOperation, notFound, type Operation } from './operation.js';
import { MOST_ITEMS, pageLimit } from './page.js';
import { Problem } from './problem.js';
import { accountId, requestedUser, userQuery } from './requested-user.js';

const read = { role: 'guest', scope: 'grantor.consents:read' } as const;
const write = { role: 'guest', scope: 'grantor.consents:write' } as const;

const all = ['/api/2.0/consents'] as const;
const one = ['/api/2.0/consents/:client_id'] as const;

const nothingAllowed = { 404: 'The user has no consent for this app' };

export interface ConsentsApiDependencies {
  readonly consents: ConsentStore;
  readonly grants: Pick<GrantListStore, 'list'>;
  readonly clients: ClientStore;
  readonly logos: ClientLogoStore;
  readonly responses: ClientResponses;
  readonly clock: Clock;
  readonly consentSecondsOf: ConsentSecondsOf;
}

/** `/consents`: list, show and revoke consents. */
export function consentsApi(dependencies: ConsentsApiDependencies): readonly Operation[] {
  const { consents, grants, clients, logos, responses, clock, consentSecondsOf } = dependencies;

  const list = defineOperation({
    id: 'listConsents',
    method: 'GET',
    paths: all,
    tag: 'Consents',
    summary: 'List the consents of a user, last changed first',
    description: 'The caller’s own consents. Administrators may name another user.',
    access: read,
    query: userQuery.extend({
      limit: pageLimit,
      last_modified_on: timestamp.optional(),
      last_client_id: clientId.optional(),
    }),
    responses: {
      200: {
        description: 'A page of consents',
        schema: z.object({
          data: z.array(consentSchema(responses)),
          limit: z.int(),
          last_modified_on: timestamp.nullable(),
          last_client_id: z.string().nullable(),
        }),
      },
    },
    refusals: { 404: 'No user with this ID is visible to the caller' },
    async handle({ query, principal }) {
      const { limit } = query;
      const after = startOf('last_client_id', query.last_modified_on, query.last_client_id);
      const page = await consents.listOfAccount(requestedUser(principal, query.account_id), { limit, after });
      const shown = await logosOf(
        logos,
        page.items.map(({ client }) => client),
      );
      return json(200, {
        data: page.items.map((consent) => representConsent(consent, responses, shown.get(consent.clientId))),
        limit,
        last_modified_on: page.next && isoTime(page.next.modifiedAt),
        last_client_id: page.next?.id ?? null,
      });
    },
  });

  const inspect = defineOperation({
    id: 'showConsent',
    method: 'GET',
    paths: one,
    tag: 'Consents',
    summary: 'Show a consent with its active grants',
    access: read,
    path: z.object({ client_id: clientId }),
    query: userQuery,
    responses: { 200: { description: 'The consent', schema: inspectedConsentSchema(responses) } },
    refusals: nothingAllowed,
    async handle({ path, query, principal }) {
      const person = requestedUser(principal, query.account_id);
      const [client, items, live] = await Promise.all([
        clients.find(path.client_id),
        consents.inspect(person, path.client_id),
        grants.list({ limit: MOST_ITEMS, after: null }, { accountId: person, clientId: path.client_id }),
      ]);
      if (client === undefined || items.length + live.items.length === 0) throw notFound('consent');
      const expiring = items.map((item) => ({ ...item, seconds: consentSecondsOf(item) }));
      return json(200, representInspectedConsent(person, client, expiring, live.items, responses));
    },
  });

  const revoke = defineOperation({
    id: 'deleteConsent',
    method: 'DELETE',
    paths: one,
    tag: 'Consents',
    summary: 'Revoke a consent and end the access of the app',
    description: 'The caller’s own consents. Administrators may name another user.',
    access: write,
    path: z.object({ client_id: clientId }),
    query: userQuery,
    responses: { 200: { description: 'Revoked' } },
    refusals: nothingAllowed,
    handle: (call) =>
      withdraw(call, requestedUser(call.principal, call.query.account_id), call.path.client_id),
  });

  const revokeOwn = defineOperation({
    id: 'revokeClient',
    method: 'DELETE',
    paths: belowClients('/:id/revoke'),
    tag: 'Consents',
    summary: 'Revoke your consent for an app and end its access',
    description: 'Your personal access tokens for the app end too.',
    access: write,
    path: clientPath,
    responses: { 200: { description: 'Revoked' } },
    refusals: nothingAllowed,
    handle: (call) => withdraw(call, call.principal.id, call.path.id),
  });

  const listOfClient = defineOperation({
    id: 'listClientConsents',
    method: 'GET',
    paths: belowClients('/:id/consents'),
    tag: 'Consents',
    summary: 'List the consents for an app, last changed first',
    access: { role: 'administrator', scope: 'grantor.consents:read' },
    path: clientPath,
    query: z.object({
      limit: pageLimit.default(30),
      last_modified_on: timestamp.optional(),
      last_account_id: accountId.optional(),
    }),
    responses: {
      200: {
        description: 'A page of users',
        schema: z.object({
          data: z.array(clientConsentSchema),
          limit: z.int(),
          last_modified_on: timestamp.nullable(),
          last_account_id: z.string().nullable(),
        }),
      },
    },
    refusals: { 404: 'Unknown app' },
    async handle({ path, query }) {
      const { limit } = query;
      const after = startOf('last_account_id', query.last_modified_on, query.last_account_id);
      if ((await clients.find(path.id)) === undefined) throw notFound('app');
      const page = await consents.listOfClient(path.id, { limit, after });
      return json(200, {
        data: page.items.map(representClientConsent),
        limit,
        last_modified_on: page.next && isoTime(page.next.modifiedAt),
        last_account_id: page.next?.id ?? null,
      });
    },
  });

  async function withdraw({ event }: Pick<Call<never, never, never>, 'event'>, person: string, app: string) {
    const revoked = { accountId: person, clientId: app, now: clock() };
    const outcome = await withdrawConsent(consents, revoked, event);
    if (outcome === 'missing') throw notFound('consent');
    return { kind: 'json', status: 200, body: undefined } as const;
  }

  // Paths below `/clients` come before `/clients/:id`, so that `consents` is not read as an ID.
  return [list, listOfClient, revokeOwn, inspect, revoke];
}

/**
 * Where a page starts. Without an ID, the page starts with the first consent that is older than the time.
 *
 * @throws Problem 400 if the time is missing
 */
function startOf(
  idName: string,
  modifiedOn: string | undefined,
  id: string | undefined,
): ConsentCursor | null {
  if (modifiedOn !== undefined)
    return { modifiedAt: Math.floor(Date.parse(modifiedOn) / 1000), id: id ?? '' };
  if (id === undefined) return null;
  throw new Problem(400, `Send last_modified_on together with ${idName}, both from the previous page`);
}
