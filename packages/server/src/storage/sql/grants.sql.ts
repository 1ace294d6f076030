import type { AuditEvent, CreateOutcome, GrantListStore, GrantStore, NewGrant } from '../ports/index.js';
import { addEvent } from './audit.sql.js';
import { addCode, sqlCodes } from './codes.sql.js';
import { addConsentItems } from './consents.sql.js';
import type { Database } from './database.js';
import { grantColumns, grantWithAccountOf } from './grant-columns.js';
import { sqlGrantList } from './grant-list.sql.js';
import { addGrantRow, OriginEnded } from './grant-origins.sql.js';
import { addTokens } from './new-tokens.sql.js';
import { sqlOpaqueAccessTokens } from './opaque-access-tokens.sql.js';
import { purgeGrants } from './purge-grants.sql.js';
import { sqlRefreshTokens } from './refresh-tokens.sql.js';
import { spendTicket } from './spent-tickets.sql.js';
import { defineStatement } from './statement.js';
import { execute, first, type Unit } from './unit.js';

const findGrant = defineStatement((db, p: { id: string }) =>
  db
    .selectFrom('grants')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .select(grantColumns)
    .where('grants.id', '=', p.id),
);

const revokeGrant = defineStatement((db, p: { id: string; now: number }) =>
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
    async create(command) {
      try {
        return await database.unit(() => create(command));
      } catch (error) {
        if (error instanceof OriginEnded) return 'originEnded';
        throw error;
      }
    },
    async find(grantId) {
      const row = await database.readFirst(findGrant, { id: grantId });
      return row && grantWithAccountOf(row);
    },
    revoke: (grantId, now, event) => database.unit(() => revoke(grantId, now, event)),
    purge: (expiredBefore, sealedResponsesBefore, limit) =>
      database.unit(() => purgeGrants(expiredBefore, sealedResponsesBefore, limit)),
  };
}

function* create({ grant, code, tokens, consent, ticket, event }: NewGrant): Unit<CreateOutcome> {
  // First of all: a second decision of the same request waits here, without a lock that this unit needs.
  if (ticket !== undefined && !(yield* spendTicket(ticket))) return 'ticketSpent';
  yield* addGrantRow(grant);
  if (code !== undefined) yield* addCode(code);
  if (tokens !== undefined) yield* addTokens(grant.id, tokens);
  if (consent !== undefined) {
    const pair = { account_id: grant.accountId, client_id: grant.clientId };
    yield* addConsentItems(pair, consent, grant.createdAt);
  }
  if (event !== undefined) yield* addEvent(event);
  return 'created';
}

function* revoke(
  id: string,
  now: number,
  event: AuditEvent | undefined,
): Unit<'revoked' | 'alreadyRevoked' | 'missing'> {
  if ((yield* execute(revokeGrant, { id, now })) === 1) {
    if (event !== undefined) yield* addEvent(event);
    return 'revoked';
  }
  return (yield* first(grantExists, { id })) === undefined ? 'missing' : 'alreadyRevoked';
}
