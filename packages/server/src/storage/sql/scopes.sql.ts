import { sql } from 'kysely';
import type { Note, ScopeGroupRecord, ScopeRecord, ScopeStore } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { Database } from './database.js';
import type { ScopeGroupsTable, ScopesTable } from './schema.js';
import { groupOf, groupRowOf, scopeOf, scopeRowOf } from './scope-columns.js';
import { pageOfWaiting } from './scope-requests.sql.js';
import { defineStatement } from './statement.js';
import { execute, first, type Unit } from './unit.js';

/** Groups with their scopes in one statement: two would show a scope of a group that was not there yet. */
const loadAll = defineStatement((db) =>
  db
    .selectFrom('scope_groups')
    .leftJoin('scopes', 'scopes.group_name', 'scope_groups.name')
    .select([
      'scope_groups.name as group_name',
      'scope_groups.write_implies_read',
      'scope_groups.texts as group_texts',
      'scopes.name',
      'scopes.type',
      'scopes.texts',
      'scopes.resource',
      'scopes.needs_approval',
    ])
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

const putScope = defineStatement((db, p: ScopesTable) =>
  db
    .insertInto('scopes')
    .values({
      name: p.name,
      group_name: p.group_name,
      type: p.type,
      texts: p.texts,
      resource: p.resource,
      needs_approval: p.needs_approval,
    })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        group_name: p.group_name,
        type: p.type,
        texts: p.texts,
        resource: p.resource,
        needs_approval: p.needs_approval,
      }),
    ),
);

const putGroupRow = defineStatement((db, p: ScopeGroupsTable) =>
  db
    .insertInto('scope_groups')
    .values({ name: p.name, write_implies_read: p.write_implies_read, texts: p.texts })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ write_implies_read: p.write_implies_read, texts: p.texts }),
    ),
);

const deleteScope = defineStatement((db, p: { name: string }) =>
  db.deleteFrom('scopes').where('name', '=', p.name),
);

const deleteGroupRow = defineStatement((db, p: { name: string }) =>
  db.deleteFrom('scope_groups').where('name', '=', p.name),
);

/** The name is looked for as JSON has it, which a scope's characters never change. */
const countClients = defineStatement((db, p: { quoted: string }) =>
  db
    .selectFrom('clients')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(sql<boolean>`replace(scopes, ${p.quoted}, '') <> scopes`),
);

/** The catalogue of scopes in SQL. It changes seldom, and so each change has the catalogue to itself. */
export function sqlScopes(database: Database): ScopeStore {
  return {
    async load() {
      const rows = await database.readAll(loadAll, {});
      const groups = new Map<string, ScopeGroupRecord>();
      const scopes: ScopeRecord[] = [];
      for (const row of rows) {
        const { group_name: group, write_implies_read, group_texts: texts } = row;
        if (!groups.has(group)) groups.set(group, groupOf({ name: group, write_implies_read, texts }));
        // The columns of a scope that is there are what the table says they are.
        if (row.name !== null) scopes.push(scopeOf({ ...row, group_name: group } as ScopesTable));
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
  yield* execute(putScope, scopeRowOf(scope));
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
  const scope = change(scopeOf(row));
  if ((yield* first(findGroup, { name: scope.group })) === undefined) return 'groupMissing';
  yield* execute(putScope, scopeRowOf(scope));
  yield* noteDown(note, scope);
  return scope;
}

function* remove(name: string, note: Note<ScopeRecord> | undefined): Unit<'deleted' | 'missing'> {
  const row = yield* first(findScope, { name });
  if (row === undefined) return 'missing';
  yield* noteDown(note, scopeOf(row));
  yield* execute(deleteScope, { name });
  return 'deleted';
}

function* putGroup(
  name: string,
  change: (group: ScopeGroupRecord | undefined) => ScopeGroupRecord,
  note: Note<ScopeGroupRecord> | undefined,
): Unit<ScopeGroupRecord> {
  const row = yield* first(findGroup, { name });
  const group = change(row && groupOf(row));
  yield* execute(putGroupRow, groupRowOf(group));
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
  yield* noteDown(note, groupOf(row));
  yield* execute(deleteGroupRow, { name });
  return 'deleted';
}
