import { z } from 'zod';
import { changesBetween } from '../audit/changes.js';
import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import { json } from '../endpoints/endpoint.js';
import { isTheirs, type Principal } from '../principals/principal.js';
import type { ApiKeyRecord, ApiKeyStore } from '../storage/ports/index.js';
import { text } from '../validation/values.js';
import {
  apiKeySchema,
  etagOfApiKey,
  lasting,
  newApiKeySchema,
  representApiKey,
} from './api-key-representation.js';
import { refuseStale } from './etag.js';
import { makeApiKey, newApiKeyRequest } from './new-api-key.js';
import { type Call, defineOperation, notFound, type Operation } from './operation.js';
import { pageQuery, pageSchema, pageStart, representPage } from './page.js';
import { Problem } from './problem.js';

const KEYS_PER_USER = 50;

const someId = z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/, 'is not an ID');
const keyPath = z.object({ id: someId });

const all = ['/api/2.0/keys'] as const;
const one = ['/api/2.0/keys/:id'] as const;

const tag = 'API keys';
const read = { role: 'guest', scope: 'grantor.keys:read' } as const;
const write = { role: 'guest', scope: 'grantor.keys:write' } as const;

const NOT_SEEN = 'No key with this ID is visible to the caller';
const CONFIGURED = 'The key is set by GRANTOR_API_KEY and cannot be changed here';

export interface ApiKeysApiDependencies {
  readonly apiKeys: ApiKeyStore;
  readonly clock: Clock;
  readonly random: Random;
  /** The ID of the key that `GRANTOR_API_KEY` sets, and that cannot be changed here. */
  readonly configuredKey: string;
}

/** `/keys`: API keys, with which programs call this API for a user. */
export function apiKeysApi(dependencies: ApiKeysApiDependencies): readonly Operation[] {
  const { apiKeys, clock, random, configuredKey } = dependencies;

  const list = defineOperation({
    id: 'listApiKeys',
    method: 'GET',
    paths: all,
    tag,
    summary: 'List your API keys, newest first',
    description:
      'Administrators list the keys of another user with `account_id`, and the keys of all users with `all=true`. ' +
      'A key of the deployment always lists all keys.',
    access: read,
    query: pageQuery('key', someId).extend({
      account_id: someId.optional(),
      all: z.enum(['true', 'false'], 'must be true or false').default('false'),
    }),
    responses: { 200: { description: 'A page of keys', schema: pageSchema('key', apiKeySchema) } },
    async handle({ query, principal }) {
      const after = pageStart('key', query.last_key_id, query.last_created_on);
      const owner = ownerAsked(principal, query.account_id, query.all === 'true');
      const page = await apiKeys.list({ limit: query.limit, after }, owner);
      return json(200, representPage('key', page, query.limit, representApiKey));
    },
  });

  const create = defineOperation({
    id: 'createApiKey',
    method: 'POST',
    paths: all,
    tag,
    summary: 'Create an API key',
    description:
      'The key has no more scopes than the credential of the request and expires no later. An access token and an x-signature from a session cannot create keys.',
    access: write,
    body: newApiKeyRequest,
    responses: {
      201: { description: 'The key, which is shown only in this response', schema: newApiKeySchema },
    },
    async handle({ body, principal, event }) {
      const { record, key } = makeApiKey(principal, body, clock(), random);
      const outcome = await apiKeys.create(record, {
        mostPerAccount: KEYS_PER_USER,
        note: (created) => event({ ...about('api_key.created', created), after: lasting(created) }),
      });
      if (outcome === 'accountFull') {
        const detail = `You have ${KEYS_PER_USER} keys, including expired ones, which is the limit. Delete one first`;
        throw new Problem(400, detail);
      }
      return json(201, { ...representApiKey(record), key }, { etag: etagOfApiKey(record) });
    },
  });

  const show = defineOperation({
    id: 'showApiKey',
    method: 'GET',
    paths: one,
    tag,
    summary: 'Show an API key',
    access: read,
    path: keyPath,
    responses: { 200: { description: 'The key, without its secret', schema: apiKeySchema } },
    refusals: { 404: NOT_SEEN },
    async handle({ path, principal }) {
      const key = visible(principal, await apiKeys.find(path.id));
      return json(200, representApiKey(key), { etag: etagOfApiKey(key) });
    },
  });

  const rename = defineOperation({
    id: 'renameApiKey',
    method: 'PATCH',
    paths: one,
    tag,
    summary: 'Rename an API key',
    access: write,
    path: keyPath,
    body: z.strictObject({ name: text(1, 256) }),
    responses: { 200: { description: 'The changed key', schema: apiKeySchema } },
    refusals: { 404: NOT_SEEN, 409: CONFIGURED, 412: 'The key has changed since you read it' },
    async handle(call) {
      let before: Record<string, unknown> = {};
      const renamed = await apiKeys.rename(
        call.path.id,
        (key) => {
          refuseChange(call, key);
          before = lasting(key);
          return call.body.name;
        },
        (key) => call.event({ ...about('api_key.updated', key), ...changesBetween(before, lasting(key)) }),
      );
      const key = visible(call.principal, renamed);
      return json(200, representApiKey(key), { etag: etagOfApiKey(key) });
    },
  });

  const remove = defineOperation({
    id: 'deleteApiKey',
    method: 'DELETE',
    paths: one,
    tag,
    summary: 'Delete an API key',
    access: write,
    path: keyPath,
    responses: { 200: { description: 'Deleted. Requests with the key get 401' } },
    refusals: { 404: NOT_SEEN, 409: CONFIGURED, 412: 'The key has changed since you read it' },
    async handle(call) {
      const outcome = await apiKeys.delete(call.path.id, (key) => {
        refuseChange(call, key);
        return call.event({ ...about('api_key.deleted', key), before: lasting(key) });
      });
      if (outcome === 'missing') throw notFound('key');
      return { kind: 'json', status: 200, body: undefined };
    },
  });

  /** @throws Problem where the key is not visible to the caller, set by the configuration, or changed since it was read */
  function refuseChange(
    { principal, incoming }: Pick<Call<never, never, never>, 'principal' | 'incoming'>,
    key: ApiKeyRecord,
  ): void {
    visible(principal, key);
    if (key.id === configuredKey) throw new Problem(409, CONFIGURED);
    refuseStale(incoming.headers, lasting(key));
  }

  return [list, create, show, rename, remove];
}

function about<Type extends `api_key.${string}`>(type: Type, key: ApiKeyRecord) {
  return { type, accountId: key.accountId, target: { type: 'api_key', id: key.id } };
}

/**
 * The user whose keys are listed; undefined for all users.
 *
 * @throws Problem 403 where the caller may not see them
 */
function ownerAsked(
  principal: Principal,
  accountId: string | undefined,
  ofAllUsers: boolean,
): string | undefined {
  if (accountId === principal.id && !ofAllUsers) return accountId;
  const isAdministrator = principal.role === 'administrator';
  if ((ofAllUsers || accountId !== undefined) && !isAdministrator) {
    throw new Problem(403, 'Access denied: only administrators see the keys of other users');
  }
  if (ofAllUsers || accountId !== undefined) return accountId;
  // A key of the deployment belongs to no user, so there are no keys of its own.
  return isAdministrator && principal.account === null ? undefined : principal.id;
}

/** @throws Problem 404 where it does not exist or is not visible to the caller */
function visible(principal: Principal, key: ApiKeyRecord | 'missing' | undefined): ApiKeyRecord {
  if (key === undefined || key === 'missing' || !isTheirs(principal, key.accountId)) throw notFound('key');
  return key;
}
