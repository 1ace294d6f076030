import { z } from 'zod';
import { changesBetween } from '../audit/changes.js';
import { json } from '../endpoints/endpoint.js';
import type { ScopeGroupRecord } from '../storage/ports/index.js';
import { refuseStale, tagged } from './etag.js';
import { defineOperation, type Operation } from './operation.js';
import { Problem } from './problem.js';
import { groupPath, groupReplacementSchema, groupSchema, representGroup } from './scope-representation.js';
import type { ScopesApiDependencies } from './scopes.api.js';

const one = ['/api/2.0/scope-groups/:name'] as const;

const tag = 'Scopes';
const read = { role: 'administrator', scope: 'grantor.scopes:read' } as const;
const write = { role: 'administrator', scope: 'grantor.scopes:write' } as const;

const MISSING = 'Unknown group';
const STALE = 'The group has changed since you read it';

/** `/scope-groups`: groups of scopes, and whether a write scope includes the read scopes of its group. */
export function scopeGroupsApi({ scopes, catalogue }: ScopesApiDependencies): readonly Operation[] {
  const list = defineOperation({
    id: 'listScopeGroups',
    method: 'GET',
    paths: ['/api/2.0/scope-groups'],
    tag,
    summary: 'List the groups of scopes',
    access: read,
    responses: {
      200: { description: 'All groups that are not built in', schema: z.array(groupSchema) },
    },
    handle: () => json(200, catalogue.current().groups.map(representGroup)),
  });

  const show = defineOperation({
    id: 'showScopeGroup',
    method: 'GET',
    paths: one,
    tag,
    summary: 'Show a group of scopes',
    access: read,
    path: groupPath,
    responses: { 200: { description: 'The group', schema: groupSchema } },
    refusals: { 404: MISSING },
    async handle({ path }) {
      const { groups } = await scopes.load();
      const group = groups.find(({ name }) => name === path.name);
      if (group === undefined) throw new Problem(404, 'There is no group with this name');
      const representation = representGroup(group);
      return tagged(200, representation);
    },
  });

  const put = defineOperation({
    id: 'putScopeGroup',
    method: 'PUT',
    paths: one,
    tag,
    summary: 'Create or replace a group of scopes',
    access: write,
    path: groupPath,
    body: groupReplacementSchema,
    readOnlyFields: ['name'],
    responses: { 200: { description: 'The new or changed group', schema: groupSchema } },
    refusals: {
      409: 'The group is built in and cannot be changed',
      412: 'The group has changed or was deleted since you read it',
    },
    async handle({ path, body, incoming, event }) {
      refuseBuiltIn(path.name);
      let before: Record<string, unknown> | null = null;
      const change = (group: ScopeGroupRecord | undefined): ScopeGroupRecord => {
        before = group === undefined ? null : representGroup(group);
        refuseStale(incoming.headers, before ?? {});
        return { name: path.name, texts: body.texts, writeImpliesRead: body.write_implies_read };
      };
      const group = await scopes.putGroup(path.name, change, (done) => {
        const after = representGroup(done);
        return event({
          type: before === null ? 'scope_group.created' : 'scope_group.updated',
          target: { type: 'scope_group', id: done.name },
          ...(before === null ? { after } : changesBetween(before, after)),
        });
      });
      await catalogue.reload();
      const representation = representGroup(group);
      return tagged(200, representation);
    },
  });

  const remove = defineOperation({
    id: 'deleteScopeGroup',
    method: 'DELETE',
    paths: one,
    tag,
    summary: 'Delete an empty group',
    access: write,
    path: groupPath,
    responses: { 200: { description: 'Deleted' } },
    refusals: { 404: MISSING, 409: 'The group has scopes', 412: STALE },
    async handle({ path, incoming, event }) {
      refuseBuiltIn(path.name);
      const outcome = await scopes.deleteGroup(path.name, (group) => {
        const before = representGroup(group);
        refuseStale(incoming.headers, before);
        return event({
          type: 'scope_group.deleted',
          target: { type: 'scope_group', id: group.name },
          before,
        });
      });
      if (outcome === 'missing') throw new Problem(404, 'There is no group with this name');
      if (outcome === 'inUse') throw new Problem(409, 'The group has scopes. Delete or move them first');
      await catalogue.reload();
      return { kind: 'json', status: 200, body: undefined };
    },
  });

  return [list, show, put, remove];
}

/** A group with the name of a built-in group would mix its scopes with built-in ones. */
function refuseBuiltIn(name: string): void {
  const lower = name.toLowerCase();
  if (lower !== 'openid' && lower !== 'grantor' && !lower.startsWith('grantor.')) return;
  throw new Problem(409, 'The group is built in and cannot be changed');
}
