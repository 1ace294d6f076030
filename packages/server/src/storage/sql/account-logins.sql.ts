import type { AccountRecord } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import { defineStatement } from './statement.js';
import { accountLoginsTable } from './tables/accounts.table.js';
import { execute, type Unit } from './unit.js';

const insertLogin = defineStatement((db, p: TableRow<typeof accountLoginsTable>) =>
  db
    .insertInto('account_logins')
    .values(accountLoginsTable.values(p))
    .onConflict((conflict) => conflict.column('login').doNothing()),
);

const deleteLogins = defineStatement((db, p: { account_id: string }) =>
  db.deleteFrom('account_logins').where('account_id', '=', p.account_id),
);

/** Rolls back a unit that gives an account a name that another account signs in with. */
export class LoginTaken extends Error {}

/** @throws LoginTaken */
export function* addLogins({ id, username, email }: AccountRecord): Unit<void> {
  // Sorted: two units that add the same two names take their locks in the same order.
  const logins = new Set([username, email].filter((login) => login !== null).toSorted());
  for (const login of logins) {
    const added = yield* execute(insertLogin, accountLoginsTable.rowOf({ login, accountId: id }));
    if (added === 0) throw new LoginTaken();
  }
}

/** @throws LoginTaken */
export function* replaceLogins(account: AccountRecord): Unit<void> {
  yield* execute(deleteLogins, { account_id: account.id });
  yield* addLogins(account);
}
