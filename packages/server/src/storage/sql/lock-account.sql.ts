import type { AccountRecord } from '../ports/index.js';
import { defineStatement } from './statement.js';
import { accountsTable } from './tables/accounts.table.js';
import { first, type Unit } from './unit.js';

const selectForUpdate = defineStatement((db, p: { id: string }, lock) =>
  lock(db.selectFrom('accounts').select(accountsTable.selection).where('id', '=', p.id)),
);

/** Reads and locks an account: other units wait to change or delete it until this one ends. */
export function* lockAccount(id: string): Unit<AccountRecord | undefined> {
  const row = yield* first(selectForUpdate, { id });
  return row && accountsTable.recordOf(row);
}
