import { z } from 'zod';
import { accountChangesSchema, newAccountSchema } from '../accounts/account-fields.js';
import type { AccountManagement } from '../accounts/account-management.js';
import { representAccount, representEnded } from '../accounts/account-representation.js';
import { type ResetFactors, representRemoved } from '../accounts/factors/factor-reset.js';
import { normalizeUsername } from '../accounts/username.js';
import { json } from '../endpoints/endpoint.js';
import type { AccountRecord, AccountStore } from '../storage/ports/index.js';
import { escalation, refuseEscalation } from './account-escalation.js';
import {
  ACCOUNT_READ_ONLY_FIELDS,
  accountSchema,
  endedAccessSchema,
  removedFactorsSchema,
} from './account-schema.js';
import { refuseStale, tagged } from './etag.js';
import { type Call, defineOperation, notFound, type Operation } from './operation.js';
import { pageQuery, pageSchema, pageStart, representPage } from './page.js';
import { Problem } from './problem.js';
import { accountId } from './requested-user.js';

const all = '/api/2.0/accounts';
const one = '/api/2.0/accounts/:id';
const access = '/api/2.0/accounts/:id/access';
const factors = '/api/2.0/accounts/:id/factors';
const read = { role: 'administrator', scope: 'grantor.accounts:read' } as const;
const write = { role: 'administrator', scope: 'grantor.accounts:write' } as const;

const noSuchAccount = { 404: 'Unknown user' };
const staleOrMissing = { ...noSuchAccount, 412: 'The user has changed since you read it' };
const LAST_ADMINISTRATOR = 'At least one enabled administrator must remain';
const LOGIN_TAKEN = 'Another user has this username or email address';

export interface AccountsApiDependencies {
  readonly accounts: AccountStore;
  readonly management: AccountManagement;
  readonly resetFactors: ResetFactors;
}

/** `/accounts`: user accounts, for administrators. */
export function accountsApi({
  accounts,
  management,
  resetFactors,
}: AccountsApiDependencies): readonly Operation[] {
  const list = defineOperation({
    id: 'listAccounts',
    method: 'GET',
    paths: [all],
    tag: 'Users',
    summary: 'List the users, newest first',
    access: read,
    query: pageQuery('account', accountId).extend({
      login: z
        .string()
        .max(512, 'must have at most 512 characters')
        .meta({ description: 'Only the user with exactly this username or email address' })
        .optional(),
    }),
    responses: { 200: { description: 'A page of users', schema: pageSchema('account', accountSchema) } },
    async handle({ query }) {
      const { login, limit } = query;
      const after = pageStart('account', query.last_account_id, query.last_created_on);
      if (login !== undefined) {
        const account = await accounts.findByLogin(normalizeUsername(login));
        const items = account === undefined ? [] : [account];
        return json(200, representPage('account', { items, next: null }, limit, representAccount));
      }
      const page = await accounts.list({ limit, after });
      return json(200, representPage('account', page, limit, representAccount));
    },
  });

  const create = defineOperation({
    id: 'createAccount',
    method: 'POST',
    paths: [all],
    tag: 'Users',
    summary: 'Create a user',
    access: write,
    body: newAccountSchema,
    responses: { 201: { description: 'The user', schema: accountSchema } },
    refusals: { 409: LOGIN_TAKEN },
    async handle({ body, principal, event }) {
      refuseEscalation(principal, undefined, body);
      return represent(201, await management.create(body, { event }));
    },
  });

  const show = defineOperation({
    id: 'showAccount',
    method: 'GET',
    paths: [one],
    tag: 'Users',
    summary: 'Show a user',
    access: read,
    path: z.object({ id: accountId }),
    responses: { 200: { description: 'The user', schema: accountSchema } },
    refusals: noSuchAccount,
    handle: async ({ path }) => represent(200, (await accounts.find(path.id)) ?? 'missing'),
  });

  const update = defineOperation({
    id: 'patchAccount',
    method: 'PATCH',
    paths: [one],
    tag: 'Users',
    summary: 'Change or disable a user, or set a new password',
    description:
      'Fields that are left out keep their value. `null` removes an optional field. A new password ends all sessions of the user. If the old password was stolen, also send `end_access`.',
    access: write,
    path: z.object({ id: accountId }),
    body: accountChangesSchema,
    readOnlyFields: ACCOUNT_READ_ONLY_FIELDS,
    responses: { 200: { description: 'The changed user', schema: accountSchema } },
    refusals: { ...staleOrMissing, 409: `${LOGIN_TAKEN}, or no enabled administrator would remain` },
    async handle(call) {
      const { path, body, event } = call;
      const inspect = (account: AccountRecord) => {
        refuseStale(call.incoming.headers, representAccount(account));
        refuseEscalation(call.principal, account, body);
      };
      return represent(200, await management.update(path.id, body, { event, inspect }));
    },
  });

  const endAccess = defineOperation({
    id: 'endAccountAccess',
    method: 'DELETE',
    paths: [access],
    tag: 'Users',
    summary: 'End all access of a user: sessions, grants, API keys and tokens of apps',
    description:
      'In one transaction: ends the user’s sessions and grants, deletes their API keys, and ends the own tokens of the apps that they registered. The account, its password, the consents and the apps stay. The request is idempotent.',
    access: write,
    path: z.object({ id: accountId }),
    responses: { 200: { description: 'What ended', schema: endedAccessSchema } },
    refusals: noSuchAccount,
    async handle({ path, event }: Call<{ id: string }, undefined, undefined>) {
      const ended = await management.endAccess(path.id, { event });
      if (ended === 'missing') throw refusalOf(ended);
      return json(200, representEnded(ended));
    },
  });

  const reset = defineOperation({
    id: 'resetAccountFactors',
    method: 'DELETE',
    paths: [factors],
    tag: 'Users',
    summary: 'Remove the second factors of a user',
    description:
      'In one transaction: removes the authenticator app, the passkeys, the recovery codes and the remembered devices of the user. The password and the sessions stay. Where a second factor is required, the user sets one up at the next sign-in. The request is idempotent.',
    access: write,
    path: z.object({ id: accountId }),
    responses: { 200: { description: 'What was removed', schema: removedFactorsSchema } },
    refusals: noSuchAccount,
    async handle({ path, principal, event }: Call<{ id: string }, undefined, undefined>) {
      const inspect = ({ isAdmin }: AccountRecord) => {
        if (isAdmin && principal.scopes !== null) throw escalation();
      };
      const removed = await resetFactors(path.id, { event, inspect });
      if (removed === 'missing') throw refusalOf(removed);
      return json(200, representRemoved(removed));
    },
  });

  const remove = defineOperation({
    id: 'deleteAccount',
    method: 'DELETE',
    paths: [one],
    tag: 'Users',
    summary: 'Delete a user',
    description:
      'Deletes the user’s sessions, API keys and consents, and ends all grants. Apps that the user registered are disabled; administrators can manage them.',
    access: write,
    path: z.object({ id: accountId }),
    responses: { 200: { description: 'Deleted' } },
    refusals: { ...staleOrMissing, 409: 'No enabled administrator would remain' },
    async handle({ path, incoming, event }: Call<{ id: string }, undefined, undefined>) {
      const inspect = (account: AccountRecord) => refuseStale(incoming.headers, representAccount(account));
      const outcome = await management.delete(path.id, { event, inspect });
      if (outcome !== 'deleted') throw refusalOf(outcome);
      return { kind: 'json', status: 200, body: undefined };
    },
  });

  return [list, create, show, update, endAccess, reset, remove];
}

type Refused = 'missing' | 'usernameTaken' | 'lastAdministrator';

function represent(status: number, account: AccountRecord | Refused) {
  if (typeof account === 'string') throw refusalOf(account);
  const representation = representAccount(account);
  return tagged(status, representation);
}

function refusalOf(refused: Refused): Problem {
  if (refused === 'missing') return notFound('account');
  return new Problem(409, refused === 'usernameTaken' ? LOGIN_TAKEN : LAST_ADMINISTRATOR);
}
