import type { InitialTokenRecord, InitialTokenStore, Note } from '../ports/index.js';
import { noteDown } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { initialTokensTable } from './tables/registration.table.js';
import { execute, first, type Unit } from './unit.js';

const MOST_LISTED = 100;

interface Presented {
  hash: string;
  now: number;
}

const insertToken = defineStatement((db, p: TableRow<typeof initialTokensTable>) =>
  db.insertInto('initial_access_tokens').values(initialTokensTable.values(p)),
);

const findUsable = defineStatement((db, p: Presented) =>
  db
    .selectFrom('initial_access_tokens')
    .selectAll()
    .where('hash', '=', p.hash)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', p.now)]))
    .where((eb) => eb.or([eb('uses_left', 'is', null), eb('uses_left', '>', 0)])),
);

const spendUse = defineStatement((db, p: Presented) =>
  db
    .updateTable('initial_access_tokens')
    .set((eb) => ({ uses_left: eb('uses_left', '-', 1) })) // null stays null
    .where('hash', '=', p.hash)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', p.now)]))
    .where((eb) => eb.or([eb('uses_left', 'is', null), eb('uses_left', '>', 0)])),
);

const listTokens = defineStatement((db, p: { limit: number }) =>
  db
    .selectFrom('initial_access_tokens')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

const deleteToken = defineStatement((db, p: { id: string }) =>
  db.deleteFrom('initial_access_tokens').where('id', '=', p.id).returningAll(),
);

const deleteFinished = defineStatement((db, p: { now: number; limit: number }) =>
  db.deleteFrom('initial_access_tokens').where('id', 'in', (eb) =>
    eb
      .selectFrom('initial_access_tokens')
      .select('id')
      .where((or) => or.or([or('expires_at', '<=', p.now), or('uses_left', '=', 0)]))
      .limit(p.limit),
  ),
);

/** Spends one use of a token, if it has one left. */
export function* spendInitialToken(hash: string, now: number): Unit<'spent' | 'refused'> {
  return (yield* execute(spendUse, { hash, now })) === 1 ? 'spent' : 'refused';
}

function* create(token: InitialTokenRecord, note: Note<InitialTokenRecord> | undefined): Unit<void> {
  yield* execute(insertToken, initialTokensTable.rowOf(token));
  yield* noteDown(note, token);
}

function* remove(id: string, note: Note<InitialTokenRecord> | undefined): Unit<'deleted' | 'missing'> {
  const row = yield* first(deleteToken, { id });
  if (row === undefined) return 'missing';
  yield* noteDown(note, initialTokensTable.recordOf(row));
  return 'deleted';
}

/** Initial access tokens in SQL. */
export function sqlInitialTokens(database: Database): InitialTokenStore {
  return {
    create: (token, note) => database.unit(() => create(token, note)),
    async find(hash, now) {
      const row = await database.readFirst(findUsable, { hash, now });
      return row && initialTokensTable.recordOf(row);
    },
    async list() {
      return (await database.readAll(listTokens, { limit: MOST_LISTED })).map(initialTokensTable.recordOf);
    },
    delete: (id, note) => database.unit(() => remove(id, note)),
    purge: (now, limit) => database.write(deleteFinished, { now, limit }),
  };
}
