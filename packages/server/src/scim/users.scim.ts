import type { z } from 'zod';
import { accountChangesSchema, newAccountSchema } from '../accounts/account-fields.js';
import type { AccountManagement } from '../accounts/account-management.js';
import { normalizeUsername } from '../accounts/username.js';
import { refuseEscalation } from '../api/account-escalation.js';
import { refuseMismatch } from '../api/etag.js';
import { Problem } from '../api/problem.js';
import { fieldProblemsOf } from '../api/read-json.js';
import type { EndpointResponse } from '../endpoints/endpoint.js';
import type { AccountRecord, AccountStore, GroupStore } from '../storage/ports/index.js';
import { userType } from './attributes.js';
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
import { readBody, readResource, requireSchema } from './read-resource.js';
import type { Resource } from './resource.js';
import { deletedResponse, isUnchanged, missing, notModified, resourceResponse } from './responses.js';
import { ScimError } from './scim-error.js';
import { idIn, type ScimOperation, scimOperation } from './scim-operation.js';
import {
  attributeOf,
  newUserFields,
  representUser,
  userChange,
  userVersion,
  writableUser,
} from './user-resource.js';

export interface ScimUsersDependencies {
  readonly accounts: Pick<AccountStore, 'find' | 'findByLogin' | 'findByExternalId' | 'page'>;
  readonly groups: Pick<GroupStore, 'groupsOf'>;
  readonly management: AccountManagement;
  /** The base of the addresses of resources. */
  readonly base: string;
}

type Call = Parameters<ScimOperation['run']>[0];

/** How often a change is computed again because another request changed the user meanwhile. */
const ATTEMPTS = 3;

/** `/Users` (RFC 7644 §3). */
export function scimUsers(dependencies: ScimUsersDependencies): readonly ScimOperation[] {
  const { accounts, groups, management, base } = dependencies;

  const represent = async (account: AccountRecord, withGroups = true): Promise<Resource> =>
    representUser(account, withGroups ? await groups.groupsOf(account.id) : [], base);

  async function respond(status: number, account: AccountRecord, query: string): Promise<EndpointResponse> {
    const resource = await represent(account);
    return resourceResponse(status, resource, readProjection(query, userType).of(resource));
  }

  async function find(id: string): Promise<AccountRecord> {
    const account = await accounts.find(id);
    if (account === undefined) throw missing();
    return account;
  }

  /** Changes a user. `If-Match` and the rights of the caller are checked in the transaction of the change. */
  async function change(call: Call, query: string, changed: (user: Resource) => Resource) {
    const { principal, incoming, event } = call;
    const id = idIn(call);
    for (let attempt = 1; ; attempt += 1) {
      const before = await find(id);
      const read = userVersion(before);
      const fields = check(accountChangesSchema, userChange(changed(writableUser(before)), before));
      let isStale = false;
      const inspect = (account: AccountRecord) => {
        refuseMismatch(incoming.headers, userVersion(account));
        refuseEscalation(principal, account, fields);
        isStale = userVersion(account) !== read;
        if (isStale) throw new Problem(409, 'The user changes too often. Send the request again');
      };
      try {
        const updated = await management.update(id, fields, { event, inspect });
        if (typeof updated === 'string') throw refusalOf(updated);
        return await respond(200, updated, query);
      } catch (error) {
        if (!isStale || attempt === ATTEMPTS) throw error;
      }
    }
  }

  return [
    scimOperation('GET', '/Users', async (_, query) => {
      const request = readListRequest(query, userType);
      const projection = readProjection(query, userType);
      const found = await search(dependencies, request, represent);
      const shown: Resource[] = [];
      for (const account of found.items) {
        shown.push(projection.of(await represent(account, projection.has('groups'))));
      }
      return listResponse({ items: shown, total: found.total }, request);
    }),
    scimOperation('POST', '/Users', async ({ principal, incoming, event }, query) => {
      const body = readBody(incoming);
      requireSchema(body, userType.schema);
      const user = readResource(body, userType);
      const fields = check(newAccountSchema, newUserFields(user));
      refuseEscalation(principal, undefined, fields);
      readProjection(query, userType);
      const created = await management.create(fields, { event });
      if (typeof created === 'string') throw refusalOf(created);
      return respond(201, created, query);
    }),
    scimOperation('GET', '/Users/:id', async (call, query) => {
      const account = await find(idIn(call));
      const version = userVersion(account);
      return isUnchanged(call.incoming.headers, version)
        ? notModified(version)
        : respond(200, account, query);
    }),
    scimOperation('PUT', '/Users/:id', (call, query) => {
      const body = readBody(call.incoming);
      requireSchema(body, userType.schema);
      const user = readResource(body, userType);
      return change(call, query, () => ({ ...user, userName: user.userName ?? '' }));
    }),
    scimOperation('PATCH', '/Users/:id', (call, query) =>
      change(call, query, readPatch(readBody(call.incoming), userType)),
    ),
    scimOperation('DELETE', '/Users/:id', async (call) => {
      const { incoming, event } = call;
      const inspect = (account: AccountRecord) => refuseMismatch(incoming.headers, userVersion(account));
      const account = await find(idIn(call));
      inspect(account);
      // Access ends first, so that apps are notified of sessions. The last administrator cannot be deleted.
      if (!account.isAdmin) await management.endAccess(account.id, { event });
      const outcome = await management.delete(account.id, { event, inspect });
      if (outcome !== 'deleted') throw refusalOf(outcome);
      return deletedResponse;
    }),
  ];
}

/** The users that match a filter. Logins and external IDs are looked up; other filters read a bounded number of users. */
async function search(
  { accounts }: ScimUsersDependencies,
  request: ListRequest,
  represent: (account: AccountRecord, withGroups: boolean) => Promise<Resource>,
): Promise<ListResult<AccountRecord>> {
  const { filter, offset, limit } = request;
  if (filter === undefined) return accounts.page(offset, limit);
  const candidates = (await lookUp(accounts, filter)) ?? (await scan(accounts));
  const withGroups = reads(filter, 'groups');
  const matching: AccountRecord[] = [];
  for (const account of candidates) {
    if (matches(await represent(account, withGroups), filter)) matching.push(account);
  }
  return sliceOf(matching, request);
}

async function lookUp(
  accounts: ScimUsersDependencies['accounts'],
  filter: Filter,
): Promise<readonly AccountRecord[] | undefined> {
  const id = requiredValue(filter, 'id');
  if (id !== undefined) return asList(await accounts.find(id));
  const login = requiredValue(filter, 'userName') ?? requiredValue(filter, 'emails.value');
  if (login !== undefined) return asList(await accounts.findByLogin(normalizeUsername(login)));
  const externalId = requiredValue(filter, 'externalId');
  return externalId === undefined ? undefined : accounts.findByExternalId(externalId);
}

const asList = <T>(found: T | undefined): readonly T[] => (found === undefined ? [] : [found]);

/** @throws ScimError if there are more users than a filter may read */
async function scan(accounts: ScimUsersDependencies['accounts']): Promise<readonly AccountRecord[]> {
  const { items, total } = await accounts.page(0, MOST_SCANNED);
  if (total <= MOST_SCANNED) return items;
  throw new ScimError(
    'tooMany',
    `filter must compare userName, emails, externalId or id with eq: there are more than ${MOST_SCANNED} users`,
  );
}

/** @throws ScimError with the attributes that are wrong */
function check<S extends z.ZodType>(schema: S, fields: unknown): z.output<S> {
  const read = schema.safeParse(fields, { reportInput: true });
  if (read.success) return read.data;
  const problems = fieldProblemsOf(read.error).map(({ field, message }) =>
    `${attributeOf(field)} ${message}`.trim(),
  );
  throw new ScimError('invalidValue', problems.join('; '));
}

function refusalOf(refused: 'missing' | 'usernameTaken' | 'lastAdministrator'): Problem {
  if (refused === 'missing') return missing();
  if (refused === 'usernameTaken') {
    return new ScimError('uniqueness', 'Another user has this userName or email address', 409);
  }
  return new Problem(409, 'At least one enabled administrator must remain');
}
