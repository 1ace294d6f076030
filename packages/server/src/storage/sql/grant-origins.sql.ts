import type { DeveloperOrigin, GrantOrigin, GrantRecord, SessionOrigin } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import { addSessionClient } from './session-clients.sql.js';
import { defineStatement } from './statement.js';
import { grantsTable } from './tables/grants.table.js';
import { execute, first, type Unit } from './unit.js';

const insertGrant = defineStatement((db, p: TableRow<typeof grantsTable>) =>
  db.insertInto('grants').values(grantsTable.values(p)),
);

/** Makes the end of the session wait for this unit, so that it revokes the grant, too. An ended session has no row. */
const lockSession = defineStatement((db, p: { id: string; account_id: string }, lock) =>
  lock(db.selectFrom('sessions').select('id').where('id', '=', p.id).where('account_id', '=', p.account_id)),
);

/** Makes changes of the client and other grants of developers wait for this unit. */
const lockClient = defineStatement((db, p: { id: string; credentials_version: number }, lock) =>
  lock(
    db
      .selectFrom('clients')
      .select('id')
      .where('id', '=', p.id)
      .where('enabled', '=', 1)
      .where('credentials_version', '=', p.credentials_version),
  ),
);

const revokePrevious = defineStatement((db, p: { client_id: string; account_id: string; now: number }) =>
  db
    .updateTable('grants')
    .set({ revoked_at: p.now })
    .where('account_id', '=', p.account_id)
    .where('client_id', '=', p.client_id)
    .where('origin_kind', '=', 'developer' satisfies GrantOrigin['kind'])
    .where('revoked_at', 'is', null),
);

/** The origin of the grant is no longer valid. It rolls back the unit. */
export class OriginEnded extends Error {}

/**
 * Writes the row of a grant, as part of the unit that creates it.
 *
 * @throws OriginEnded where the origin of the grant is no longer valid
 */
export function addGrantRow(grant: GrantRecord): Unit<void> {
  const { origin } = grant;
  if (origin.kind === 'session') return addFromSession(grant, origin);
  return addOfDeveloper(grant, origin);
}

function* addFromSession(grant: GrantRecord, { sessionId }: SessionOrigin): Unit<void> {
  yield* execute(insertGrant, grantsTable.rowOf(grant));
  // Locked after the grant, whose foreign key locks the account: the deletion of an account locks in this order, too.
  const session = yield* first(lockSession, { id: sessionId, account_id: grant.accountId });
  if (session === undefined) throw new OriginEnded();
  // Without `openid` the client does not learn who signed in, and has no user to sign out.
  if (grant.scopes.includes('openid')) yield* addSessionClient(sessionId, grant.clientId);
}

function* addOfDeveloper(grant: GrantRecord, { credentialsVersion }: DeveloperOrigin): Unit<void> {
  const { clientId, accountId, createdAt } = grant;
  const client = yield* first(lockClient, { id: clientId, credentials_version: credentialsVersion });
  if (client === undefined) throw new OriginEnded();
  yield* execute(revokePrevious, { client_id: clientId, account_id: accountId, now: createdAt });
  yield* execute(insertGrant, grantsTable.rowOf(grant));
}
