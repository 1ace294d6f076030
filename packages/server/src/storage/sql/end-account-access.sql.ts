import type { EndedAccountAccess } from '../ports/index.js';
import { endOwnTokens } from './end-access.sql.js';
import { endSession } from './end-session.sql.js';
import { defineStatement } from './statement.js';
import { all, execute, type Unit } from './unit.js';

const sessionsOf = defineStatement((db, p: { account_id: string }) =>
  db.selectFrom('sessions').select('token_hash').where('account_id', '=', p.account_id).orderBy('id'),
);

const endGrants = defineStatement((db, p: { account_id: string; now: number }) =>
  db
    .updateTable('grants')
    .set({ revoked_at: p.now })
    .where('account_id', '=', p.account_id)
    .where('revoked_at', 'is', null),
);

const liveGrants = defineStatement((db, p: { account_id: string }) =>
  db
    .selectFrom('grants')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.account_id)
    .where('revoked_at', 'is', null),
);

const deleteKeys = defineStatement((db, p: { account_id: string }) =>
  db.deleteFrom('api_keys').where('account_id', '=', p.account_id),
);

const clientsOf = defineStatement((db, p: { created_by: string }) =>
  db.selectFrom('clients').select('id').where('created_by', '=', p.created_by).orderBy('id'),
);

/** Ends the sessions of an account as a sign-out does, so that apps are notified. @returns how many */
export function* endSessionsOf(accountId: string, now: number): Unit<number> {
  const sessions = yield* all(sessionsOf, { account_id: accountId });
  for (const session of sessions) yield* endSession(session.token_hash, now);
  return sessions.length;
}

/** Revokes the grants of an account, and with them all of their tokens. @returns how many grants */
export function* endGrantsOf(accountId: string, now: number): Unit<number> {
  return yield* execute(endGrants, { account_id: accountId, now });
}

/**
 * Ends all access of an account, as part of a unit that has locked the account. Its consents stay, and so do the grants of
 * other users to the apps that it registered.
 */
export function* endAccountAccess(accountId: string, now: number): Unit<EndedAccountAccess> {
  const [granted] = yield* all(liveGrants, { account_id: accountId });
  // Keys and sessions end first, since they can create grants.
  const apiKeys = yield* execute(deleteKeys, { account_id: accountId });
  const sessions = yield* endSessionsOf(accountId, now);
  yield* endGrantsOf(accountId, now);
  const clients = yield* all(clientsOf, { created_by: accountId });
  for (const { id } of clients) yield* endOwnTokens(id);
  return { sessions, grants: granted?.count ?? 0, apiKeys, clients: clients.length };
}
