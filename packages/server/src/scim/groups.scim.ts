import { randomUUID } from 'node:crypto';
import { etagOf, refuseMismatch } from '../api/etag.js';
import type { Problem } from '../api/problem.js';
import type { Clock } from '../crypto/clock.js';
import type { EndpointResponse } from '../endpoints/endpoint.js';
import type { GroupRecord, GroupStore, GroupWithMembers, NamedId } from '../storage/ports/index.js';
import { isoTime } from '../validation/time.js';
import { text } from '../validation/values.js';
import { groupType, userType } from './attributes.js';
import type { Filter } from './filter.js';
import {
  type ListRequest,
  type ListResult,
  listResponse,
  MOST_SCANNED,
  readListRequest,
  readProjection,
  sliceOf,
} from './list.js';
import { matches, reads, requiredValue } from './matches.js';
import { readPatch } from './patch.js';
import { MOST_VALUES, readBody, readResource, requireSchema } from './read-resource.js';
import { isObject, listOf, type Resource } from './resource.js';
import { deletedResponse, isUnchanged, missing, notModified, resourceResponse } from './responses.js';
import { ScimError } from './scim-error.js';
import { idIn, type ScimOperation, scimOperation } from './scim-operation.js';

export interface ScimGroupsDependencies {
  readonly groups: GroupStore;
  readonly clock: Clock;
  /** The base of the addresses of resources. */
  readonly base: string;
}

type Call = Parameters<ScimOperation['run']>[0];

const ORIGIN = 'scim';

/** The most members of all groups in one response. */
const MOST_LISTED_MEMBERS = 50_000;

/** The most member IDs in one audit event. */
const MOST_NOTED = 100;

/** `/Groups` (RFC 7644 §3). */
export function scimGroups({ groups, clock, base }: ScimGroupsDependencies): readonly ScimOperation[] {
  const represent = (group: GroupRecord, members: readonly NamedId[] | undefined): Resource => ({
    schemas: [groupType.schema],
    id: group.id,
    ...(group.externalId === null ? {} : { externalId: group.externalId }),
    displayName: group.name,
    ...(members === undefined
      ? {}
      : {
          members: members.map(({ id, name }) => ({
            value: id,
            $ref: `${base}${userType.endpoint}/${id}`,
            type: userType.name,
            display: name,
          })),
        }),
    meta: {
      resourceType: groupType.name,
      created: isoTime(group.createdAt),
      lastModified: isoTime(group.updatedAt),
      location: `${base}${groupType.endpoint}/${group.id}`,
      ...(members === undefined
        ? {}
        : { version: versionOf({ group, memberIds: members.map(({ id }) => id) }) }),
    },
  });

  async function find(id: string): Promise<GroupRecord> {
    const group = await groups.find(id);
    if (group?.origin !== ORIGIN) throw missing();
    return group;
  }

  async function respond(status: number, group: GroupRecord, query: string): Promise<EndpointResponse> {
    const projection = readProjection(query, groupType);
    const resource = represent(group, await groups.members(group.id));
    return resourceResponse(status, resource, projection.of(resource));
  }

  async function change(call: Call, query: string, changed: (group: Resource) => Resource) {
    const { incoming, event } = call;
    const { id } = await find(idIn(call));
    const updated = await groups.update(
      id,
      (current) => {
        refuseMismatch(incoming.headers, versionOf(current));
        return revised(current, changed(writable(current)), clock());
      },
      ({ before, after, added, removed }) =>
        event({
          type: 'group.updated',
          target: { type: 'group', id },
          before: { name: before.name, external_id: before.externalId, ...noted('removed_members', removed) },
          after: { name: after.name, external_id: after.externalId, ...noted('added_members', added) },
        }),
    );
    if (typeof updated === 'string') throw refusalOf(updated);
    return respond(200, updated, query);
  }

  async function search(request: ListRequest, withMembers: boolean): Promise<ListResult<Resource>> {
    const { filter, offset, limit } = request;
    let listed = 0;
    const show = async (group: GroupRecord, isFull: boolean) => {
      const members = isFull ? await groups.members(group.id) : undefined;
      listed += members?.length ?? 0;
      if (listed <= MOST_LISTED_MEMBERS) return represent(group, members);
      throw new ScimError(
        'tooMany',
        `The groups have more than ${MOST_LISTED_MEMBERS} members. Send excludedAttributes=members, or a smaller count`,
      );
    };
    if (filter === undefined) {
      const { items, total } = await groups.page(ORIGIN, offset, limit);
      const shown: Resource[] = [];
      for (const group of items) shown.push(await show(group, withMembers));
      return { items: shown, total };
    }
    const readsMembers = reads(filter, 'members');
    const matching: Resource[] = [];
    for (const group of (await lookUp(filter)) ?? (await scan(readsMembers))) {
      const resource = await show(group, withMembers || readsMembers);
      if (matches(resource, filter)) matching.push(resource);
    }
    return sliceOf(matching, request);
  }

  async function lookUp(filter: Filter): Promise<readonly GroupRecord[] | undefined> {
    const id = requiredValue(filter, 'id');
    const name = requiredValue(filter, 'displayName');
    const externalId = requiredValue(filter, 'externalId');
    const member = requiredValue(filter, 'members.value');
    if (id !== undefined) return own([await groups.find(id)]);
    if (name !== undefined) return own([await groups.findByName(ORIGIN, name)]);
    if (externalId !== undefined) return groups.findByExternalId(ORIGIN, externalId);
    if (member === undefined) return undefined;
    const named = await groups.groupsOf(member);
    return own(await Promise.all(named.map((each) => groups.find(each.id))));
  }

  /** @throws ScimError if there are more groups than a filter may read */
  async function scan(readsMembers: boolean): Promise<readonly GroupRecord[]> {
    if (readsMembers)
      throw new ScimError('tooMany', 'filter must compare members with eq and the ID of a user');
    const { items, total } = await groups.page(ORIGIN, 0, MOST_SCANNED);
    if (total <= MOST_SCANNED) return items;
    throw new ScimError(
      'tooMany',
      `filter must compare displayName, externalId or id with eq: there are more than ${MOST_SCANNED} groups`,
    );
  }

  return [
    scimOperation('GET', '/Groups', async (_, query) => {
      const request = readListRequest(query, groupType);
      const projection = readProjection(query, groupType);
      const { items, total } = await search(request, projection.has('members'));
      return listResponse({ items: items.map(projection.of), total }, request);
    }),
    scimOperation('POST', '/Groups', async ({ incoming, event }, query) => {
      const body = readBody(incoming);
      requireSchema(body, groupType.schema);
      readProjection(query, groupType);
      const now = clock();
      const empty = {
        id: randomUUID(),
        origin: ORIGIN,
        name: '',
        externalId: null,
        createdAt: now,
        updatedAt: now,
      };
      const created = revised(
        { group: { ...empty, origin: ORIGIN }, memberIds: [] },
        readResource(body, groupType),
        now,
      );
      const outcome = await groups.create(created, ({ group, memberIds }) =>
        event({
          type: 'group.created',
          target: { type: 'group', id: group.id },
          after: { name: group.name, external_id: group.externalId, ...noted('added_members', memberIds) },
        }),
      );
      if (outcome !== 'created') throw refusalOf(outcome);
      return respond(201, created.group, query);
    }),
    scimOperation('GET', '/Groups/:id', async (call, query) => {
      const group = await find(idIn(call));
      const members = await groups.members(group.id);
      const version = versionOf({ group, memberIds: members.map(({ id }) => id) });
      return isUnchanged(call.incoming.headers, version) ? notModified(version) : respond(200, group, query);
    }),
    scimOperation('PUT', '/Groups/:id', (call, query) => {
      const body = readBody(call.incoming);
      requireSchema(body, groupType.schema);
      const group = readResource(body, groupType);
      return change(call, query, () => group);
    }),
    scimOperation('PATCH', '/Groups/:id', (call, query) =>
      change(call, query, readPatch(readBody(call.incoming), groupType)),
    ),
    scimOperation('DELETE', '/Groups/:id', async (call) => {
      const { incoming, event } = call;
      const { id } = await find(idIn(call));
      const outcome = await groups.delete(
        id,
        (current) => refuseMismatch(incoming.headers, versionOf(current)),
        ({ name, externalId }) =>
          event({
            type: 'group.deleted',
            target: { type: 'group', id },
            before: { name, external_id: externalId },
          }),
      );
      if (outcome === 'missing') throw missing();
      return deletedResponse;
    }),
  ];
}

const own = (found: readonly (GroupRecord | undefined)[]): readonly GroupRecord[] =>
  found.filter((group) => group?.origin === ORIGIN) as readonly GroupRecord[];

/** The writable attributes of a group. */
function writable({ group, memberIds }: GroupWithMembers): Resource {
  return {
    ...(group.externalId === null ? {} : { externalId: group.externalId }),
    displayName: group.name,
    members: memberIds.map((value) => ({ value, type: userType.name })),
  };
}

function versionOf(current: GroupWithMembers): string {
  return etagOf({ id: current.group.id, ...writable(current) });
}

/** @throws ScimError */
function revised({ group }: GroupWithMembers, changed: Resource, now: number): GroupWithMembers {
  const members = listOf(changed.members);
  if (members.length > MOST_VALUES) {
    throw new ScimError('tooMany', `A group must have at most ${MOST_VALUES} members`);
  }
  return {
    group: {
      ...group,
      name: checkedText('displayName', changed.displayName ?? ''),
      externalId: changed.externalId === undefined ? null : checkedText('externalId', changed.externalId),
      updatedAt: now,
    },
    memberIds: [...new Set(members.map(memberId))].toSorted(),
  };
}

const shortText = text(1, 256);

function checkedText(attribute: string, value: unknown): string {
  const read = shortText.safeParse(value);
  if (read.success) return read.data;
  throw new ScimError('invalidValue', `${attribute} ${read.error.issues[0]?.message ?? 'is not valid'}`);
}

function memberId(member: unknown): string {
  const { value, type = userType.name } = isObject(member) ? member : {};
  if (typeof value !== 'string' || value === '') {
    throw new ScimError('invalidValue', 'members must have the ID of a user as value');
  }
  if (typeof type !== 'string' || type.toLowerCase() !== userType.name.toLowerCase()) {
    throw new ScimError('invalidValue', 'members must be users: groups in groups are not supported');
  }
  return value;
}

function noted(name: string, ids: readonly string[]): Readonly<Record<string, unknown>> {
  if (ids.length === 0) return {};
  return { [name]: ids.length > MOST_NOTED ? ids.length : ids };
}

function refusalOf(refused: 'missing' | 'nameTaken' | 'unknownMember'): Problem {
  if (refused === 'missing') return missing();
  if (refused === 'nameTaken') return new ScimError('uniqueness', 'Another group has this displayName', 409);
  return new ScimError('invalidValue', 'members has the ID of a user who does not exist');
}
