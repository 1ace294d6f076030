import type { DeveloperOrigin, GrantOrigin, GrantRecord, SessionOrigin } from '../ports/index.js';
import { json } from './columns.js';
import type { GrantsTable } from './schema.js';
import { addSessionClient } from './session-clients.sql.js';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

const insertGrant = defineStatement((db, p: GrantsTable) =>
  db.insertInto('grants').values({
    id: p.id,
    origin_kind: p.origin_kind,
    origin_session_id: p.origin_session_id,
    origin: p.origin,
    client_id: p.client_id,
    account_id: p.account_id,
    scopes: p.scopes,
    audience: p.audience,
    details: p.details,
    created_at: p.created_at,
    expires_at: p.expires_at,
    revoked_at: p.revoked_at,
  }),
);

/**
 * Changes nothing, and makes the end of the session wait until the unit is done: then the grant can be revoked with
 * it. An ended session has no row.
 */
const holdSession = defineStatement((db, p: { id: string; account_id: string }) =>
  db
    .updateTable('sessions')
    .set((eb) => ({ auth_time: eb.ref('auth_time') }))
    .where('id', '=', p.id)
    .where('account_id', '=', p.account_id),
);

/** Changes nothing, and makes changes of the client, and other grants of developers, wait until the unit is done. */
const holdClient = defineStatement((db, p: { id: string; credentials_version: number }) =>
  db
    .updateTable('clients')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', p.id)
    .where('enabled', '=', 1)
    .where('credentials_version', '=', p.credentials_version),
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

/** What the grant comes from no longer holds. Thrown, it undoes the unit. */
export class OriginEnded extends Error {}

/**
 * Writes the row of a grant, as part of the unit that creates it.
 *
 * @throws OriginEnded where what the grant comes from no longer holds
 */
export function addGrantRow(grant: GrantRecord): Unit<void> {
  const { origin } = grant;
  if (origin.kind === 'session') return addFromSession(grant, origin);
  return addOfDeveloper(grant, origin);
}

function* addFromSession(grant: GrantRecord, { sessionId }: SessionOrigin): Unit<void> {
  yield* insert(grant, sessionId);
  // After the grant, whose foreign keys hold its account: the deletion of an account locks rows in this order too.
  const held = yield* execute(holdSession, { id: sessionId, account_id: grant.accountId });
  if (held === 0) throw new OriginEnded();
  // Without `openid` the client does not learn who signed in, and has no user to sign out.
  if (grant.scopes.includes('openid')) yield* addSessionClient(sessionId, grant.clientId);
}

function* addOfDeveloper(grant: GrantRecord, { credentialsVersion }: DeveloperOrigin): Unit<void> {
  const { clientId, accountId, createdAt } = grant;
  const held = yield* execute(holdClient, { id: clientId, credentials_version: credentialsVersion });
  if (held === 0) throw new OriginEnded();
  yield* execute(revokePrevious, { client_id: clientId, account_id: accountId, now: createdAt });
  yield* insert(grant, null);
}

function* insert(grant: GrantRecord, sessionId: string | null): Unit<void> {
  yield* execute(insertGrant, {
    id: grant.id,
    origin_kind: grant.origin.kind,
    origin_session_id: sessionId,
    origin: json(grant.origin),
    client_id: grant.clientId,
    account_id: grant.accountId,
    scopes: json(grant.scopes),
    audience: grant.audience,
    details: json(grant.details),
    created_at: grant.createdAt,
    expires_at: grant.expiresAt,
    revoked_at: grant.revokedAt,
  });
}
