import { sql } from 'kysely';
import type { Note, ScopeGroupRecord, ScopeRecord, ScopeStore } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { pageOfWaiting } from './scope-requests.sql.js';
import { defineStatement } from './statement.js';
import { scopeGroupsTable, scopesTable } from './tables/scopes.table.js';
import { execute, first, type Unit } from './unit.js';

const joinedGroup = scopeGroupsTable.prefixed('group_');
const joinedScope = scopesTable.prefixed('scope_');

/** Groups with their scopes in one statement, so that both are of the same moment. */
const loadAll = defineStatement((db) =>
  db
    .selectFrom('scope_groups')
    .leftJoin('scopes', 'scopes.group_name', 'scope_groups.name')
    .select(joinedGroup.selection)
    .select(joinedScope.selection)
    .orderBy('scope_groups.name')
    .orderBy('scopes.name'),
);

const findScope = defineStatement((db, p: { name: string }) =>
  db.selectFrom('scopes').selectAll().where('name', '=', p.name),
);

const findGroup = defineStatement((db, p: { name: string }) =>
  db.selectFrom('scope_groups').selectAll().where('name', '=', p.name),
);

const findScopeOfGroup = defineStatement((db, p: { name: string }) =>
  db.selectFrom('scopes').select('name').where('group_name', '=', p.name).limit(1),
);

const putScope = defineStatement((db, p: TableRow<typeof scopesTable>) =>
  db
    .insertInto('scopes')
    .values(scopesTable.values(p))
    .onConflict((conflict) => conflict.column('name').doUpdateSet(scopesTable.omit('name').values(p))),
);

const putGroupRow = defineStatement((db, p: TableRow<typeof scopeGroupsTable>) =>
  db
    .insertInto('scope_groups')
    .values(scopeGroupsTable.values(p))
    .onConflict((conflict) => conflict.column('name').doUpdateSet(scopeGroupsTable.omit('name').values(p))),
);

const deleteScope = defineStatement((db, p: { name: string }) =>
  db.deleteFrom('scopes').where('name', '=', p.name),
);

const deleteGroupRow = defineStatement((db, p: { name: string }) =>
  db.deleteFrom('scope_groups').where('name', '=', p.name),
);

/**
 * Searches the JSON for the name in quotes: JSON escapes no character of a scope. Only an administrator counts clients, so a
 * table of the scopes of clients, written with each client, would cost more than it saves.
 */
const countClients = defineStatement((db, p: { quoted: string }) =>
  db
    .selectFrom('clients')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(sql<boolean>`replace(scopes, ${p.quoted}, '') <> scopes`),
);

/** The catalogue of scopes in SQL. It rarely changes, so its changes run one at a time. */
export function sqlScopes(database: Database): ScopeStore {
  return {
    async load() {
      const rows = await database.readAll(loadAll, {});
      const groups = new Map<string, ScopeGroupRecord>();
      const scopes: ScopeRecord[] = [];
      for (const row of rows) {
        const { group_name: name } = row;
        if (!groups.has(name)) groups.set(name, joinedGroup.recordOf(row));
        const scope = joinedScope.recordOrNull(row);
        if (scope !== null) scopes.push(scope);
      }
      return { groups: [...groups.values()], scopes };
    },
    create: (scope, note) => database.exclusiveUnit(() => create(scope, note)),
    update: (name, change, note) => database.exclusiveUnit(() => update(name, change, note)),
    delete: (name, note) => database.exclusiveUnit(() => remove(name, note)),
    putGroup: (name, change, note) => database.exclusiveUnit(() => putGroup(name, change, note)),
    deleteGroup: (name, note) => database.exclusiveUnit(() => removeGroup(name, note)),
    async countClients(name) {
      return (await database.readFirst(countClients, { quoted: JSON.stringify(name) }))?.count ?? 0;
    },
    listWaiting: (page) => pageOfWaiting(database, page),
  };
}

function* create(
  scope: ScopeRecord,
  note: Note<ScopeRecord> | undefined,
): Unit<'created' | 'nameTaken' | 'groupMissing'> {
  if ((yield* first(findScope, { name: scope.name })) !== undefined) return 'nameTaken';
  if ((yield* first(findGroup, { name: scope.group })) === undefined) return 'groupMissing';
  yield* execute(putScope, scopesTable.rowOf(scope));
  yield* noteDown(note, scope);
  return 'created';
}

function* update(
  name: string,
  change: (scope: ScopeRecord) => ScopeRecord,
  note: Note<ScopeRecord> | undefined,
): Unit<ScopeRecord | 'missing' | 'groupMissing'> {
  const row = yield* first(findScope, { name });
  if (row === undefined) return 'missing';
  const scope = change(scopesTable.recordOf(row));
  if ((yield* first(findGroup, { name: scope.group })) === undefined) return 'groupMissing';
  yield* execute(putScope, scopesTable.rowOf(scope));
  yield* noteDown(note, scope);
  return scope;
}

function* remove(name: string, note: Note<ScopeRecord> | undefined): Unit<'deleted' | 'missing'> {
  const row = yield* first(findScope, { name });
  if (row === undefined) return 'missing';
  yield* noteDown(note, scopesTable.recordOf(row));
  yield* execute(deleteScope, { name });
  return 'deleted';
}

function* putGroup(
  name: string,
  change: (group: ScopeGroupRecord | undefined) => ScopeGroupRecord,
  note: Note<ScopeGroupRecord> | undefined,
): Unit<ScopeGroupRecord> {
  const row = yield* first(findGroup, { name });
  const group = change(row && scopeGroupsTable.recordOf(row));
  yield* execute(putGroupRow, scopeGroupsTable.rowOf(group));
  yield* noteDown(note, group);
  return group;
}

function* removeGroup(
  name: string,
  note: Note<ScopeGroupRecord> | undefined,
): Unit<'deleted' | 'missing' | 'inUse'> {
  const row = yield* first(findGroup, { name });
  if (row === undefined) return 'missing';
  if ((yield* first(findScopeOfGroup, { name })) !== undefined) return 'inUse';
  yield* noteDown(note, scopeGroupsTable.recordOf(row));
  yield* execute(deleteGroupRow, { name });
  return 'deleted';
}
