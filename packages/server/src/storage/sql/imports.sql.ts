import { sql } from 'kysely';
import type {
  AccountRecord,
  AccountToImport,
  AuditEvent,
  ExistingUsers,
  ImportOutcome,
  ImportProgress,
  ImportRefusal,
  ImportStore,
} from '../ports/index.js';
import { LoginTaken } from './account-logins.sql.js';
import { noteAllDown } from './audit.sql.js';
import { updateAccount } from './change-account.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { type IdListParams, idList } from './id-list.js';
import { defineInsertMany } from './insert-many.js';
import { defineStatement } from './statement.js';
import { accountLoginsTable, accountsTable } from './tables/accounts.table.js';
import { importsTable } from './tables/imports.table.js';
import { all, execute, type Unit } from './unit.js';

const findProgress = defineStatement((db, p: { id: string }) =>
  db.selectFrom('imports').selectAll().where('id', '=', p.id),
);

const putProgress = defineStatement((db, p: TableRow<typeof importsTable>) =>
  db
    .insertInto('imports')
    .values(importsTable.values(p))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ progress: p.progress, updated_at: p.updated_at }),
    ),
);

const deleteProgress = defineStatement((db, p: { id: string }) =>
  db.deleteFrom('imports').where('id', '=', p.id),
);

const logins = idList(100);

export const selectLogins = defineStatement((db, p: IdListParams) =>
  db.selectFrom('account_logins').selectAll().where('login', 'in', logins.in(p)),
);

const insertAccounts = defineInsertMany(accountsTable);
const insertLogins = defineInsertMany(accountLoginsTable, sql`on conflict (login) do nothing`);

/** How often a batch is tried again that another process took a name from meanwhile. */
const ATTEMPTS = 5;

/** Imports of users in SQL. */
export function sqlImports(database: Database): ImportStore {
  return {
    async progress(id) {
      const row = await database.readFirst(findProgress, { id });
      return row && importsTable.recordOf(row).progress;
    },
    async commit(id, users, existing, progress, now) {
      const work = () => importBatch(id, users, existing, progress, now);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await database.exclusiveUnit(work, 'unbounded');
        } catch (error) {
          if (!(error instanceof LoginTaken) || attempt === ATTEMPTS) throw error;
        }
      }
    },
    preview: (users, existing) =>
      database.unit(function* () {
        const known = yield* knownLogins(users);
        return users.map(({ account }) => plan(account, known, existing).outcome);
      }),
    async finish(id) {
      await database.write(deleteProgress, { id });
    },
  };
}

function* importBatch(
  id: string,
  users: readonly AccountToImport[],
  existing: ExistingUsers,
  progress: (outcomes: readonly ImportOutcome[]) => ImportProgress,
  now: number,
): Unit<readonly ImportOutcome[]> {
  const known = yield* knownLogins(users);
  const outcomes: ImportOutcome[] = [];
  const added: AccountToImport[] = [];
  for (const user of users) {
    const { outcome, accountId } = plan(user.account, known, existing);
    if (outcome === 'created') added.push(user);
    outcomes.push(outcome === 'updated' ? yield* updateExisting(accountId, user) : outcome);
  }
  yield* addAccounts(added);
  const reached = importsTable.rowOf({ id, progress: progress(outcomes), updatedAt: now });
  yield* execute(putProgress, reached);
  return outcomes;
}

/** The IDs of the accounts that have a login of these users, by login. */
function* knownLogins(users: readonly AccountToImport[]): Unit<ReadonlyMap<string, string>> {
  const wanted = users.flatMap(({ account }) => loginsOf(account));
  const known = new Map<string, string>();
  for (let start = 0; start < wanted.length; start += logins.length) {
    const some = wanted.slice(start, start + logins.length);
    for (const row of yield* all(selectLogins, logins.params(some))) known.set(row.login, row.account_id);
  }
  return known;
}

function plan(
  account: AccountRecord,
  known: ReadonlyMap<string, string>,
  existing: ExistingUsers,
): { readonly outcome: ImportOutcome; readonly accountId: string } {
  const ids = new Set(loginsOf(account).flatMap((login) => known.get(login) ?? []));
  const [accountId] = ids;
  if (accountId === undefined) return { outcome: 'created', accountId: account.id };
  if (ids.size > 1) return { outcome: 'ambiguous', accountId };
  const outcomes = { skip: 'skipped', update: 'updated', refuse: 'refused' } as const;
  return { outcome: outcomes[existing], accountId };
}

/** @throws LoginTaken if another process took a name meanwhile */
function* addAccounts(users: readonly AccountToImport[]): Unit<void> {
  const rows = users.flatMap(({ account }) =>
    loginsOf(account).map((login) => accountLoginsTable.rowOf({ login, accountId: account.id })),
  );
  yield* insertAccounts(users.map(({ account }) => accountsTable.rowOf(account)));
  if ((yield* insertLogins(rows)) < rows.length) throw new LoginTaken();
  yield* noteAllDown(
    ({ account, note }: AccountToImport): AuditEvent | undefined =>
      note({ before: undefined, after: account }),
    users,
  );
}

function* updateExisting(id: string, { changes, note }: AccountToImport): Unit<ImportOutcome> {
  let before: AccountRecord | undefined;
  let refusal: ImportRefusal | undefined;
  const updated = yield* updateAccount(
    id,
    (account) => {
      before = account;
      const change = changes(account);
      if (typeof change !== 'string') return change;
      refusal = change;
      return undefined;
    },
    (after) => note({ before, after }),
    undefined,
  );
  if (refusal !== undefined) return refusal;
  // It was deleted after its login was read: the batch is tried again.
  if (updated === 'missing') throw new LoginTaken();
  if (updated === 'lastAdministrator') return 'administrator';
  return updated === before ? 'skipped' : 'updated';
}

const loginsOf = ({ username, email }: AccountRecord): string[] => [
  ...new Set(email === null ? [username] : [username, email]),
];
