import type {
  AuditEvent,
  CodeRecord,
  ConsentItem,
  GrantListStore,
  GrantRecord,
  GrantStore,
  OpaqueAccessTokenRecord,
  WithGrant,
} from '../ports/index.js';
import { addEvent } from './audit.sql.js';
import { addCode, sqlCodes } from './codes.sql.js';
import { json } from './columns.js';
import { addConsentItems } from './consents.sql.js';
import type { Database } from './database.js';
import { grantColumns, grantWithAccountOf } from './grant-columns.js';
import { sqlGrantList } from './grant-list.sql.js';
import { addTokens } from './new-tokens.sql.js';
import { sqlOpaqueAccessTokens } from './opaque-access-tokens.sql.js';
import { purgeGrants } from './purge-grants.sql.js';
import { sqlRefreshTokens } from './refresh-tokens.sql.js';
import { addSessionClient } from './session-clients.sql.js';
import { spendTicket } from './spent-tickets.sql.js';
import { defineStatement } from './statement.js';
import { execute, first, type Unit } from './unit.js';

interface NewGrant {
  id: string;
  kind: string;
  client_id: string;
  account_id: string;
  scopes: string;
  audience: string;
  session_id: string;
  auth_time: number;
  details: string;
  created_at: number;
  revoked_at: number | null;
}

const insertGrant = defineStatement((db, p: NewGrant) =>
  db.insertInto('grants').values({
    id: p.id,
    kind: p.kind,
    client_id: p.client_id,
    account_id: p.account_id,
    scopes: p.scopes,
    audience: p.audience,
    session_id: p.session_id,
    auth_time: p.auth_time,
    details: p.details,
    created_at: p.created_at,
    revoked_at: p.revoked_at,
  }),
);

/**
 * Changes nothing, and makes whoever ends the session wait until the unit is done: then its grant is there to be
 * ended with it. Of a session that is over there is no row.
 */
const holdSession = defineStatement((db, p: { id: string; account_id: string }) =>
  db
    .updateTable('sessions')
    .set((eb) => ({ auth_time: eb.ref('auth_time') }))
    .where('id', '=', p.id)
    .where('account_id', '=', p.account_id),
);

const endPersonal = defineStatement((db, p: { client_id: string; account_id: string; now: number }) =>
  db
    .updateTable('grants')
    .set({ revoked_at: p.now })
    .where('account_id', '=', p.account_id)
    .where('client_id', '=', p.client_id)
    .where('kind', '=', 'personal_access_token')
    .where('revoked_at', 'is', null),
);

/** Changes nothing, and so keeps others from changing the client, or getting past here, until the unit ends. */
const lockProvenClient = defineStatement((db, p: { id: string; credentials_version: number }) =>
  db
    .updateTable('clients')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', p.id)
    .where('enabled', '=', 1)
    .where('credentials_version', '=', p.credentials_version),
);

const findGrant = defineStatement((db, p: { id: string }) =>
  db
    .selectFrom('grants')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .select(grantColumns)
    .where('grants.id', '=', p.id),
);

const endGrant = defineStatement((db, p: { id: string; now: number }) =>
  db.updateTable('grants').set({ revoked_at: p.now }).where('id', '=', p.id).where('revoked_at', 'is', null),
);

const grantExists = defineStatement((db, p: { id: string }) =>
  db.selectFrom('grants').select('id').where('id', '=', p.id),
);

/** Grants and what was issued from them, in SQL. */
export function sqlGrants(database: Database): GrantStore & GrantListStore {
  return {
    ...sqlCodes(database),
    ...sqlRefreshTokens(database),
    ...sqlOpaqueAccessTokens(database),
    ...sqlGrantList(database),
    async create(grant, code, consented, accessToken, also = {}) {
      try {
        return await database.unit(() => addGrant(grant, code, consented, accessToken, also));
      } catch (error) {
        if (error instanceof SessionEnded) return 'sessionEnded';
        throw error;
      }
    },
    replacePersonal: (grant, credentialsVersion, code, accessToken, event) =>
      database.unit(() => replacePersonal(grant, credentialsVersion, code, accessToken, event)),
    async find(grantId) {
      const row = await database.readFirst(findGrant, { id: grantId });
      return row && grantWithAccountOf(row);
    },
    revoke: (grantId, now, event) => database.unit(() => revoke(grantId, now, event)),
    purge: (expiredBefore, sealedAnswersBefore, limit) =>
      database.unit(() => purgeGrants(expiredBefore, sealedAnswersBefore, limit)),
  };
}

/** Undoes a unit whose session is over. */
class SessionEnded extends Error {}

function* addGrant(
  grant: GrantRecord,
  code: CodeRecord,
  consented: readonly ConsentItem[],
  accessToken: OpaqueAccessTokenRecord | null,
  { event, ticket }: WithGrant,
): Unit<'created' | 'ticketSpent'> {
  // Before everything else: another answer to the same request waits here, and holds nothing that this one needs.
  if (ticket !== undefined && !(yield* spendTicket(ticket))) return 'ticketSpent';
  yield* addGrantRow(grant);
  // After the grant, whose foreign keys hold its person: a deletion of the person takes its rows in this order too.
  const held = yield* execute(holdSession, { id: grant.sessionId, account_id: grant.accountId });
  if (held === 0) throw new SessionEnded();
  yield* addCode(code);
  yield* addTokens({ accessToken, refreshToken: null });
  const pair = { account_id: grant.accountId, client_id: grant.clientId };
  yield* addConsentItems(pair, consented, grant.createdAt);
  // Without `openid` the app was not told who signed in, and has nobody to sign out.
  if (grant.scopes.includes('openid')) yield* addSessionClient(grant.sessionId, grant.clientId);
  if (event !== undefined) yield* addEvent(event);
  return 'created';
}

function* replacePersonal(
  grant: GrantRecord,
  credentialsVersion: number,
  code: CodeRecord,
  accessToken: OpaqueAccessTokenRecord | null,
  event: AuditEvent,
): Unit<'created' | 'clientEnded'> {
  const { clientId, accountId, createdAt } = grant;
  const locked = yield* execute(lockProvenClient, {
    id: clientId,
    credentials_version: credentialsVersion,
  });
  if (locked === 0) return 'clientEnded';
  yield* execute(endPersonal, { client_id: clientId, account_id: accountId, now: createdAt });
  yield* addGrantRow(grant);
  yield* addCode(code);
  yield* addTokens({ accessToken, refreshToken: null });
  yield* addEvent(event);
  return 'created';
}

function* addGrantRow(grant: GrantRecord): Unit<void> {
  yield* execute(insertGrant, {
    id: grant.id,
    kind: grant.kind,
    client_id: grant.clientId,
    account_id: grant.accountId,
    scopes: json(grant.scopes),
    audience: grant.audience,
    session_id: grant.sessionId,
    auth_time: grant.authTime,
    details: json(grant.details),
    created_at: grant.createdAt,
    revoked_at: grant.revokedAt,
  });
}

function* revoke(
  id: string,
  now: number,
  event: AuditEvent | undefined,
): Unit<'revoked' | 'alreadyRevoked' | 'missing'> {
  if ((yield* execute(endGrant, { id, now })) === 1) {
    if (event !== undefined) yield* addEvent(event);
    return 'revoked';
  }
  return (yield* first(grantExists, { id })) === undefined ? 'missing' : 'alreadyRevoked';
}
