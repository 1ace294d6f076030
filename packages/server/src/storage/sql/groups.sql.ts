import { sql } from 'kysely';
import type { GroupOrigin, GroupRecord, GroupStore, GroupWithMembers, Note } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { type IdListParams, idList } from './id-list.js';
import { defineInsertMany } from './insert-many.js';
import { lockAccount } from './lock-account.sql.js';
import { defineStatement } from './statement.js';
import { groupMembersTable, groupNameKey, groupsTable } from './tables/groups.table.js';
import { all, execute, first, type Unit } from './unit.js';

const findGroup = defineStatement((db, p: { id: string }) =>
  db.selectFrom('groups').select(groupsTable.selection).where('id', '=', p.id),
);

const findByName = defineStatement((db, p: { origin: string; name_key: string }) =>
  db
    .selectFrom('groups')
    .select(groupsTable.selection)
    .where('origin', '=', p.origin)
    .where('name_key', '=', p.name_key),
);

const MOST_WITH_EXTERNAL_ID = 50;

const findByExternalId = defineStatement((db, p: { origin: string; external_id: string }) =>
  db
    .selectFrom('groups')
    .select(groupsTable.selection)
    .where('external_id', '=', p.external_id)
    .where('origin', '=', p.origin)
    .orderBy('id')
    .limit(MOST_WITH_EXTERNAL_ID),
);

const selectPage = defineStatement((db, p: { origin: string; limit: number; offset: number }) =>
  db
    .selectFrom('groups')
    .select(groupsTable.selection)
    .where('origin', '=', p.origin)
    .orderBy('created_at')
    .orderBy('id')
    .limit(p.limit)
    .offset(p.offset),
);

const countGroups = defineStatement((db, p: { origin: string }) =>
  db
    .selectFrom('groups')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('origin', '=', p.origin),
);

const selectMembers = defineStatement((db, p: { group_id: string }) =>
  db
    .selectFrom('group_members')
    .innerJoin('accounts', 'accounts.id', 'group_members.account_id')
    .select(['accounts.id', 'accounts.name'])
    .where('group_members.group_id', '=', p.group_id)
    .orderBy('group_members.account_id'),
);

const selectGroupsOf = defineStatement((db, p: { account_id: string }) =>
  db
    .selectFrom('group_members')
    .innerJoin('groups', 'groups.id', 'group_members.group_id')
    .select(['groups.id', 'groups.name', 'groups.origin'])
    .where('group_members.account_id', '=', p.account_id)
    .orderBy('groups.name_key')
    .orderBy('groups.id'),
);

const insertGroup = defineStatement((db, p: TableRow<typeof groupsTable>) =>
  db
    .insertInto('groups')
    .values(groupsTable.values(p))
    .onConflict((conflict) => conflict.columns(['origin', 'name_key']).doNothing()),
);

const changeable = groupsTable.omit('id', 'origin', 'createdAt');

const updateGroup = defineStatement((db, p: TableRow<typeof changeable> & { id: string }) =>
  db.updateTable('groups').set(changeable.values(p)).where('id', '=', p.id),
);

const deleteGroup = defineStatement((db, p: { id: string }) =>
  db.deleteFrom('groups').where('id', '=', p.id),
);

const insertMembers = defineInsertMany(groupMembersTable, sql`on conflict (group_id, account_id) do nothing`);

const deleteMember = defineStatement((db, p: TableRow<typeof groupMembersTable>) =>
  db.deleteFrom('group_members').where('group_id', '=', p.group_id).where('account_id', '=', p.account_id),
);

export const ids = idList(100);

const selectAccounts = defineStatement((db, p: IdListParams) =>
  db.selectFrom('accounts').select('id').where('id', 'in', ids.in(p)),
);

/** The searches of a directory, for a look at their query plans. */
export const groupSearches = {
  findByName,
  findByExternalId,
  selectPage,
  selectMembers,
  selectGroupsOf,
  selectAccounts,
} as const;

/** Groups in SQL. Their changes are exclusive units, so that members do not change while a change is computed. */
export function sqlGroups(database: Database): GroupStore {
  return {
    async find(id) {
      const row = await database.readFirst(findGroup, { id });
      return row && groupsTable.recordOf(row);
    },
    async findByName(origin, name) {
      const row = await database.readFirst(findByName, { origin, name_key: groupNameKey(name) });
      return row && groupsTable.recordOf(row);
    },
    async findByExternalId(origin, externalId) {
      const rows = await database.readAll(findByExternalId, { origin, external_id: externalId });
      return rows.map(groupsTable.recordOf);
    },
    async page(origin, offset, limit) {
      const [counted] = await database.readAll(countGroups, { origin });
      const rows = limit === 0 ? [] : await database.readAll(selectPage, { origin, limit, offset });
      return { items: rows.map(groupsTable.recordOf), total: counted?.count ?? 0 };
    },
    members: (id) => database.readAll(selectMembers, { group_id: id }),
    async groupsOf(accountId) {
      const rows = await database.readAll(selectGroupsOf, { account_id: accountId });
      return rows.map(({ id, name }) => ({ id, name }));
    },
    create: (created, note) => database.exclusiveUnit(() => createGroup(created, note)),
    update: (id, change, note) =>
      database.exclusiveUnit(function* () {
        const current = yield* readGroup(id);
        if (current === undefined) return 'missing';
        const { group: before } = current;
        const { group: after, memberIds } = change(current);
        if (yield* isNameTaken(after)) return 'nameTaken';
        const [kept, wanted] = [new Set(current.memberIds), new Set(memberIds)];
        const added = [...wanted].filter((accountId) => !kept.has(accountId));
        const removed = [...kept].filter((accountId) => !wanted.has(accountId));
        if (!(yield* areAccounts(added))) return 'unknownMember';
        yield* execute(updateGroup, { id, ...changeable.rowOf(after) });
        yield* addMembers(id, added);
        for (const accountId of removed) {
          yield* execute(deleteMember, groupMembersTable.rowOf({ groupId: id, accountId }));
        }
        yield* noteDown(note, { before, after, added, removed });
        return after;
      }),
    delete: (id, inspect, note) =>
      database.exclusiveUnit(function* () {
        const current = yield* readGroup(id);
        if (current === undefined) return 'missing';
        inspect?.(current);
        yield* execute(deleteGroup, { id });
        yield* noteDown(note, current.group);
        return 'deleted';
      }),
    replaceGroupsOf: (accountId, origin, groups) =>
      database.exclusiveUnit(() => replaceGroups(accountId, origin, groups)),
  };
}

function* readGroup(id: string): Unit<GroupWithMembers | undefined> {
  const row = yield* first(findGroup, { id });
  if (row === undefined) return undefined;
  const members = yield* all(selectMembers, { group_id: id });
  return { group: groupsTable.recordOf(row), memberIds: members.map((member) => member.id) };
}

function* createGroup(
  created: GroupWithMembers,
  note: Note<GroupWithMembers> | undefined,
): Unit<'created' | 'nameTaken' | 'unknownMember'> {
  const { group, memberIds } = created;
  if (!(yield* areAccounts(memberIds))) return 'unknownMember';
  if ((yield* execute(insertGroup, groupsTable.rowOf(group))) === 0) return 'nameTaken';
  yield* addMembers(group.id, memberIds);
  yield* noteDown(note, created);
  return 'created';
}

function* isNameTaken({ id, origin, name }: GroupRecord): Unit<boolean> {
  const other = yield* first(findByName, { origin, name_key: groupNameKey(name) });
  return other !== undefined && other.id !== id;
}

function* areAccounts(accountIds: readonly string[]): Unit<boolean> {
  const wanted = [...new Set(accountIds)];
  let found = 0;
  for (let start = 0; start < wanted.length; start += ids.length) {
    const some = wanted.slice(start, start + ids.length);
    found += (yield* all(selectAccounts, ids.params(some))).length;
  }
  return found === wanted.length;
}

function* addMembers(groupId: string, accountIds: readonly string[]): Unit<void> {
  yield* insertMembers(
    [...new Set(accountIds)].map((accountId) => groupMembersTable.rowOf({ groupId, accountId })),
  );
}

function* replaceGroups(accountId: string, origin: GroupOrigin, groups: readonly GroupRecord[]): Unit<void> {
  // The account may have been deleted meanwhile.
  if ((yield* lockAccount(accountId)) === undefined) return;
  const wanted = new Set<string>();
  for (const group of groups) {
    yield* execute(insertGroup, groupsTable.rowOf(group));
    const row = yield* first(findByName, { origin, name_key: groupNameKey(group.name) });
    if (row !== undefined) wanted.add(row.id);
  }
  const rows = yield* all(selectGroupsOf, { account_id: accountId });
  const own = rows.filter((row) => row.origin === origin);
  for (const { id } of own) {
    if (!wanted.has(id)) yield* execute(deleteMember, groupMembersTable.rowOf({ groupId: id, accountId }));
  }
  yield* insertMembers([...wanted].map((groupId) => groupMembersTable.rowOf({ groupId, accountId })));
}
