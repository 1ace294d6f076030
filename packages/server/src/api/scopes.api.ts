import { z } from 'zod';
import { changesBetween } from '../audit/changes.js';
import { json } from '../endpoints/endpoint.js';
import { builtInScopes } from '../scopes/catalogue.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { ScopeRecord, ScopeStore } from '../storage/ports/index.js';
import { preferredLanguages } from '../texts/preferred-languages.js';
import { refuseStale, tagged } from './etag.js';
import { type Call, defineOperation, type Operation } from './operation.js';
import { Problem } from './problem.js';
import {
  newScopeSchema,
  representScope,
  representWholeScope,
  SCOPE_READ_ONLY,
  scopeChangesSchema,
  scopePath,
  scopeReplacementSchema,
  scopeSchema,
  wholeScopeSchema,
} from './scope-representation.js';

const all = ['/api/2.0/scopes'] as const;
const one = ['/api/2.0/scopes/:name'] as const;

const tag = 'Scopes';
const read = { role: 'guest', scope: 'grantor.scopes:read' } as const;
const write = { role: 'administrator', scope: 'grantor.scopes:write' } as const;

const MISSING = 'Unknown scope';
const BUILT_IN = 'The scope is built in and cannot be changed';
const STALE = 'The scope has changed since you read it';

export interface ScopesApiDependencies {
  readonly scopes: ScopeStore;
  readonly catalogue: ScopeCatalogue;
}

/** `/scopes`: the scopes that apps can request. */
export function scopesApi({ scopes, catalogue }: ScopesApiDependencies): readonly Operation[] {
  const list = defineOperation({
    id: 'listScopes',
    method: 'GET',
    paths: all,
    tag,
    summary: 'List the scopes that apps can register',
    description:
      'Titles and descriptions are in the language of `Accept-Language` where the scope has it, else in English. ' +
      'The response does not have the scopes of this API.',
    access: read,
    responses: { 200: { description: 'All scopes; openid is the last', schema: z.array(scopeSchema) } },
    async handle({ incoming }) {
      const languages = preferredLanguages(incoming.headers.get('accept-language'));
      const known = catalogue.current().scopes;
      const own = known.filter((scope) => scope.isBuiltIn).toReversed();
      const listed = [...known.filter((scope) => !scope.isBuiltIn), ...own];
      return json(
        200,
        listed.map((scope) => representScope(scope, languages)),
        { vary: 'Accept-Language' },
      );
    },
  });

  const create = defineOperation({
    id: 'createScope',
    method: 'POST',
    paths: all,
    tag,
    summary: 'Create a scope',
    access: write,
    body: newScopeSchema,
    responses: { 201: { description: 'The scope', schema: wholeScopeSchema } },
    refusals: { 409: 'A scope with this name exists' },
    async handle({ body, event }) {
      const scope: ScopeRecord = {
        name: body.name,
        group: body.group,
        type: body.type,
        texts: body.texts,
        resource: body.resource,
        needsApproval: body.needs_approval,
        isOptional: body.optional,
        consentSeconds: body.consent_seconds,
      };
      const representation = representWholeScope(scope);
      if (builtInScopes.has(scope.name)) throw new Problem(409, BUILT_IN);
      const outcome = await scopes.create(scope, () =>
        event({
          type: 'scope.created',
          target: { type: 'scope', id: scope.name },
          after: representation,
        }),
      );
      if (outcome === 'nameTaken') {
        throw new Problem(409, 'A scope with this name exists', {
          errors: [{ field: 'name', code: 'taken', message: 'is taken' }],
        });
      }
      if (outcome === 'groupMissing') throw noGroup();
      await catalogue.reload();
      return tagged(201, representation);
    },
  });

  const show = defineOperation({
    id: 'showScope',
    method: 'GET',
    paths: one,
    tag,
    summary: 'Show a scope in all languages',
    access: { role: 'administrator', scope: 'grantor.scopes:read' },
    path: scopePath,
    responses: { 200: { description: 'The scope', schema: wholeScopeSchema } },
    refusals: { 404: MISSING },
    async handle({ path }) {
      // The scope is read before a change, so it must be current, whichever process changed it last.
      await catalogue.reload();
      const scope = catalogue.current().find(path.name);
      if (scope === undefined) throw missing();
      const representation = representWholeScope(scope, scope.isBuiltIn);
      return tagged(200, representation);
    },
  });

  /** Changes a scope if it has not changed since the caller read it. */
  const change = async (
    { path, incoming, event }: Call<{ name: string }, unknown, unknown>,
    changed: (scope: ScopeRecord) => ScopeRecord,
  ) => {
    if (builtInScopes.has(path.name)) throw new Problem(409, BUILT_IN);
    let before: Record<string, unknown> = {};
    const outcome = await scopes.update(
      path.name,
      (scope) => {
        before = representWholeScope(scope);
        refuseStale(incoming.headers, before);
        return changed(scope);
      },
      (scope) =>
        event({
          type: 'scope.updated',
          target: { type: 'scope', id: scope.name },
          ...changesBetween(before, representWholeScope(scope)),
        }),
    );
    if (outcome === 'missing') throw missing();
    if (outcome === 'groupMissing') throw noGroup();
    await catalogue.reload();
    const representation = representWholeScope(outcome);
    return tagged(200, representation);
  };

  const changing = {
    paths: one,
    tag,
    access: write,
    path: scopePath,
    readOnlyFields: SCOPE_READ_ONLY,
    responses: { 200: { description: 'The changed scope', schema: wholeScopeSchema } },
    refusals: { 404: MISSING, 409: BUILT_IN, 412: STALE },
  } as const;

  const replace = defineOperation({
    ...changing,
    id: 'replaceScope',
    method: 'PUT',
    summary: 'Replace a scope',
    body: scopeReplacementSchema,
    handle: (call) =>
      change(call, ({ name }) => {
        const {
          needs_approval: needsApproval,
          optional: isOptional,
          consent_seconds: consentSeconds,
          ...rest
        } = call.body;
        return { ...rest, name, needsApproval, isOptional, consentSeconds };
      }),
  });

  const patch = defineOperation({
    ...changing,
    id: 'patchScope',
    method: 'PATCH',
    summary: 'Change a scope',
    description: 'Fields that are left out keep their value.',
    body: scopeChangesSchema,
    handle: (call) =>
      change(call, (scope) => ({
        name: scope.name,
        group: call.body.group ?? scope.group,
        type: call.body.type ?? scope.type,
        texts: call.body.texts ?? scope.texts,
        resource: call.body.resource === undefined ? scope.resource : call.body.resource,
        needsApproval: call.body.needs_approval ?? scope.needsApproval,
        isOptional: call.body.optional ?? scope.isOptional,
        consentSeconds: call.body.consent_seconds ?? scope.consentSeconds,
      })),
  });

  const remove = defineOperation({
    id: 'deleteScope',
    method: 'DELETE',
    paths: one,
    tag,
    summary: 'Delete a scope',
    description:
      'The scope is not granted any more, neither by a new request nor by a refresh. Apps that are registered for ' +
      'it keep the registration, which has no effect; the response says how many there are.',
    access: write,
    path: scopePath,
    responses: {
      200: {
        description: 'Deleted',
        schema: z.strictObject({ registered_clients: z.int().min(0) }).meta({ id: 'DeletedScope' }),
      },
    },
    refusals: { 404: MISSING, 409: BUILT_IN, 412: STALE },
    async handle({ path, incoming, event }) {
      if (builtInScopes.has(path.name)) throw new Problem(409, BUILT_IN);
      const outcome = await scopes.delete(path.name, (scope) => {
        const before = representWholeScope(scope);
        refuseStale(incoming.headers, before);
        return event({ type: 'scope.deleted', target: { type: 'scope', id: scope.name }, before });
      });
      if (outcome === 'missing') throw missing();
      await catalogue.reload();
      return json(200, { registered_clients: await scopes.countClients(path.name) });
    },
  });

  return [list, create, show, replace, patch, remove];
}

const missing = () => new Problem(404, 'There is no scope with this name');

const noGroup = () =>
  new Problem(400, 'Validation failed', {
    errors: [
      { field: 'group', code: 'invalid', message: 'is not a group of scopes. Create the group first' },
    ],
  });
