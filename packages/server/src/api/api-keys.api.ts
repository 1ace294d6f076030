import { z } from 'zod';
import { type ApiKeyManagement, KEYS_PER_USER } from '../api-keys/api-key-management.js';
import { representApiKey } from '../api-keys/api-key-representation.js';
import { CONFIGURED_KEY } from '../api-keys/configured-key.js';
import type { NewApiKeyRefusal } from '../api-keys/new-api-key.js';
import { json } from '../endpoints/endpoint.js';
import { mayAccess, type Principal } from '../principals/principal.js';
import type { ApiKeyRecord, ApiKeyStore } from '../storage/ports/index.js';
import { text } from '../validation/values.js';
import { apiKeyResponse, apiKeySchema, newApiKeyRequest, newApiKeySchema } from './api-key-schema.js';
import { etagOf, refuseStale } from './etag.js';
import { type Call, defineOperation, notFound, type Operation } from './operation.js';
import { pageQuery, pageSchema, pageStart, representPage } from './page.js';
import { Problem } from './problem.js';

const someId = z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/, 'is not an ID');
const keyPath = z.object({ id: someId });

const all = ['/api/2.0/keys'] as const;
const one = ['/api/2.0/keys/:id'] as const;

const tag = 'API keys';
const read = { role: 'guest', scope: 'grantor.keys:read' } as const;
const write = { role: 'guest', scope: 'grantor.keys:write' } as const;

const NOT_VISIBLE = 'No key with this ID is visible to the caller';
const CONFIGURED = 'The key is set by GRANTOR_API_KEY and cannot be changed here';

export interface ApiKeysApiDependencies {
  readonly apiKeys: Pick<ApiKeyStore, 'find' | 'list'>;
  readonly management: ApiKeyManagement;
}

/** `/keys`: API keys, with which programs call this API for a user. */
export function apiKeysApi({ apiKeys, management }: ApiKeysApiDependencies): readonly Operation[] {
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
      return json(200, representPage('key', page, query.limit, apiKeyResponse));
    },
  });

  const create = defineOperation({
    id: 'createApiKey',
    method: 'POST',
    paths: all,
    tag,
    summary: 'Create an API key',
    description:
      'The key has no more scopes than the credential of the request and expires no later. Send an API key or sign in: an access token cannot create keys.',
    access: write,
    body: newApiKeyRequest(management.scopes),
    responses: {
      201: { description: 'The key, which is shown only in this response', schema: newApiKeySchema },
    },
    async handle({ body, principal, event }) {
      const { name, scopes, expires_in } = body;
      const fields = { name, scopes: scopes ?? undefined, lifetimeSeconds: expires_in ?? undefined };
      const outcome = await management.create(principal, fields, { event });
      if ('refused' in outcome) throw problemOf(outcome);
      const { record, key } = outcome;
      return json(201, { ...apiKeyResponse(record), key }, { etag: etagOf(representApiKey(record)) });
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
    refusals: { 404: NOT_VISIBLE },
    async handle({ path, principal }) {
      const key = visible(principal, await apiKeys.find(path.id));
      return json(200, apiKeyResponse(key), { etag: etagOf(representApiKey(key)) });
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
    refusals: { 404: NOT_VISIBLE, 409: CONFIGURED, 412: 'The key has changed since you read it' },
    async handle(call) {
      const { path, body, event } = call;
      const renamed = await management.rename(path.id, body.name, { event, inspect: changeCheck(call) });
      const key = visible(call.principal, renamed);
      return json(200, apiKeyResponse(key), { etag: etagOf(representApiKey(key)) });
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
    refusals: { 404: NOT_VISIBLE, 409: CONFIGURED, 412: 'The key has changed since you read it' },
    async handle(call) {
      const by = { event: call.event, inspect: changeCheck(call) };
      const outcome = await management.delete(call.path.id, by);
      if (outcome === 'missing') throw notFound('key');
      return { kind: 'json', status: 200, body: undefined };
    },
  });

  return [list, create, show, rename, remove];
}

/** Refuses to change a key that the caller may not see, the configured key, and a key that has changed since it was read. */
function changeCheck({ principal, incoming }: Pick<Call<never, never, never>, 'principal' | 'incoming'>) {
  return (key: ApiKeyRecord): void => {
    visible(principal, key);
    if (key.id === CONFIGURED_KEY) throw new Problem(409, CONFIGURED);
    refuseStale(incoming.headers, representApiKey(key));
  };
}

const REFUSALS = {
  accessToken: 'Access denied: an access token cannot create API keys. Use a session or an API key',
  scope: 'Access denied: a key cannot have more scopes than the credential of the request',
  lifetime: 'Access denied: a key cannot expire later than the credential of the request',
  accountFull: `You have ${KEYS_PER_USER} keys, including expired ones, which is the limit. Delete one first`,
} as const;

function problemOf(refusal: NewApiKeyRefusal | { readonly refused: 'accountFull' }): Problem {
  const detail = REFUSALS[refusal.refused];
  if (refusal.refused === 'accountFull') return new Problem(400, detail);
  if (refusal.refused === 'accessToken') return new Problem(403, detail);
  const error =
    refusal.refused === 'scope'
      ? ({
          field: `scopes.${refusal.index}`,
          code: 'invalid',
          message: 'is not a scope of the credential of this request',
        } as const)
      : ({
          field: 'expires_in',
          code: 'invalid',
          message: 'is later than the expiry of the credential of this request',
        } as const);
  return new Problem(403, detail, { errors: [error] });
}

/**
 * The user whose keys are listed; undefined for all users.
 *
 * @throws Problem 403 if the caller may not see them
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

/** @throws Problem 404 if it does not exist or is not visible to the caller */
function visible(principal: Principal, key: ApiKeyRecord | 'missing' | undefined): ApiKeyRecord {
  if (key === undefined || key === 'missing' || !mayAccess(principal, key.accountId)) throw notFound('key');
  return key;
}
