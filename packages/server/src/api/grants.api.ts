import { z } from 'zod';
import type { Clock } from '../crypto/clock.js';
import { json } from '../endpoints/endpoint.js';
import { mayAccess, type Principal } from '../principals/principal.js';
import type { GrantFilter, GrantListStore, GrantStore, ListedGrant } from '../storage/ports/index.js';
import { clientId } from './client-operations.js';
import { grantSchema, representGrant } from './grant-representation.js';
import { defineOperation, notFound, type Operation } from './operation.js';
import { pageQuery, pageSchema, pageStart, representPage } from './page.js';
import { requestedUser, userQuery } from './requested-user.js';

const grantId = z.string().regex(/^[\w-]{1,64}$/, 'is not the ID of a grant');
const one = '/api/2.0/grants/:id';
const noSuchGrant = { 404: 'No active grant with this ID is visible to the caller' };

export interface GrantsApiDependencies {
  readonly grants: GrantListStore & Pick<GrantStore, 'revoke'>;
  readonly clock: Clock;
}

/** `/grants`: the active grants, each one authorization of an app by a user. */
export function grantsApi({ grants, clock }: GrantsApiDependencies): readonly Operation[] {
  const list = defineOperation({
    id: 'listGrants',
    method: 'GET',
    paths: ['/api/2.0/grants'],
    tag: 'Consents',
    summary: 'List the active grants, newest first',
    description:
      'The caller’s own grants. Administrators may name a user, an app, or both; with an app alone, the response has the grants of all users.',
    access: { role: 'guest', scope: 'grantor.consents:read' },
    query: pageQuery('grant', grantId).extend({ ...userQuery.shape, client_id: clientId.optional() }),
    responses: { 200: { description: 'A page of grants', schema: pageSchema('grant', grantSchema) } },
    refusals: { 404: 'No user with this ID is visible to the caller' },
    async handle({ query, principal }) {
      const after = pageStart('grant', query.last_grant_id, query.last_created_on);
      const page = await grants.list({ limit: query.limit, after }, filterOf(principal, query));
      return json(200, representPage('grant', page, query.limit, representGrant));
    },
  });

  const show = defineOperation({
    id: 'showGrant',
    method: 'GET',
    paths: [one],
    tag: 'Consents',
    summary: 'Show an active grant',
    access: { role: 'guest', scope: 'grantor.consents:read' },
    path: z.object({ id: grantId }),
    responses: { 200: { description: 'The grant', schema: grantSchema } },
    refusals: noSuchGrant,
    handle: async ({ path, principal }) =>
      json(200, representGrant(visible(principal, await grants.findLive(path.id)))),
  });

  const end = defineOperation({
    id: 'deleteGrant',
    method: 'DELETE',
    paths: [one],
    tag: 'Consents',
    summary: 'Revoke a grant with all its tokens',
    description: 'The consent stays. To revoke it too, delete the consent.',
    access: { role: 'guest', scope: 'grantor.consents:write' },
    path: z.object({ id: grantId }),
    responses: { 200: { description: 'Revoked' } },
    refusals: noSuchGrant,
    async handle({ path, principal, event }) {
      const grant = visible(principal, await grants.findLive(path.id));
      const { clientId: client, accountId } = grant;
      const revoked = event({
        type: 'grant.revoked',
        target: { type: 'grant', id: grant.id },
        clientId: client,
        accountId,
        grantId: grant.id,
        before: representGrant(grant),
      });
      if ((await grants.revoke(grant.id, clock(), revoked)) !== 'revoked') throw notFound('grant');
      return { kind: 'json', status: 200, body: undefined };
    },
  });

  return [list, show, end];
}

function filterOf(
  principal: Principal,
  query: { readonly account_id?: string | undefined; readonly client_id?: string | undefined },
): GrantFilter {
  const { account_id: named, client_id: client } = query;
  if (named === undefined && client !== undefined && principal.role === 'administrator') {
    return { clientId: client };
  }
  return { accountId: requestedUser(principal, named), clientId: client };
}

/** @throws Problem 404 if it does not exist or is not visible to the caller */
function visible(principal: Principal, grant: ListedGrant | undefined): ListedGrant {
  if (grant === undefined || !mayAccess(principal, grant.accountId)) throw notFound('grant');
  return grant;
}
