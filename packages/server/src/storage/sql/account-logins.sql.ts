import type { AccountRecord } from '../ports/index.js';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

const insertLogin = defineStatement((db, p: { login: string; account_id: string }) =>
  db
    .insertInto('account_logins')
    .values({ login: p.login, account_id: p.account_id })
    .onConflict((conflict) => conflict.column('login').doNothing()),
);

const deleteLogins = defineStatement((db, p: { account_id: string }) =>
  db.deleteFrom('account_logins').where('account_id', '=', p.account_id),
);

/** Undoes the unit in which somebody was to get the name that another one signs in with. */
export class LoginTaken extends Error {}

/** @throws LoginTaken */
export function* addLogins({ id, username, email }: AccountRecord): Unit<void> {
  // Sorted, so that two accounts that want the same two names wait for each other in one order.
  const logins = new Set([username, email].filter((login) => login !== null).toSorted());
  for (const login of logins) {
    const added = yield* execute(insertLogin, { login, account_id: id });
    if (added === 0) throw new LoginTaken();
  }
}

/** @throws LoginTaken */
export function* replaceLogins(account: AccountRecord): Unit<void> {
  yield* execute(deleteLogins, { account_id: account.id });
  yield* addLogins(account);
}
