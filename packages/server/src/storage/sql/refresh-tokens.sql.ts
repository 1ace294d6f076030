import { type AliasableExpression, type Kysely, sql } from 'kysely';
import type {
  GrantStore,
  NewRefreshToken,
  RefreshTokenName,
  RefreshTokenState,
  RotateOutcome,
} from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { grantColumns, grantWithAccountOf, ofLiveGrant } from './grant-columns.js';
import { addNextAccessToken } from './new-tokens.sql.js';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';
import { familiesTable } from './tables/grant-tokens.table.js';
import { execute, first, type Unit } from './unit.js';

interface Name {
  family_hash: string;
  hash: string;
}

interface TokenRow {
  grant_id: string;
  created_at: number;
  expires_at: number;
  spent_at: number | null;
  is_current: number;
  sealed_answer: string | null;
  binding: string | null;
}

/**
 * A token of a family: the current one, the previous one with the response to its use, or an older one, of which no
 * row is kept. Only the holder of a token knows the part that its family shares, so any other token with it was spent.
 */
const ofFamily = (db: Kysely<Schema>, p: Name) =>
  db
    .selectFrom('refresh_token_families')
    .select([
      'grant_id',
      'created_at',
      'expires_at',
      'used_at as spent_at',
      'binding',
      sql<number>`case when token_hash = ${p.hash} then 1 else 0 end`.as('is_current'),
      sql<string | null>`case when previous_token_hash = ${p.hash} then sealed_answer end`.as(
        'sealed_answer',
      ),
    ])
    .where('hash', '=', p.family_hash);

/** A spent token of a version without families. It can be retried until its family is used. */
const spentBefore = (db: Kysely<Schema>, p: Name) =>
  db
    .selectFrom('spent_refresh_tokens as spent')
    .select([
      'grant_id',
      'created_at',
      'expires_at',
      'spent_at',
      // Versions without families issued bearer tokens only.
      sql<string | null>`null`.as('binding'),
      sql<number>`0`.as('is_current'),
      sql<string | null>`case when exists (
        select 1 from refresh_token_families as family
        where family.grant_id = spent.grant_id and family.used_at is null
      ) then sealed_answer end`.as('sealed_answer'),
    ])
    .where('hash', '=', p.hash);

/** Adds the grant and the account, on which the validity of a token depends. */
const withGrant = (db: Kysely<Schema>, tokens: AliasableExpression<TokenRow>) =>
  db
    .selectFrom(tokens.as('token'))
    .innerJoin('grants', 'grants.id', 'token.grant_id')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .select([
      'token.created_at as token_created_at',
      'token.expires_at as token_expires_at',
      'token.spent_at',
      'token.is_current',
      'token.sealed_answer',
      'token.binding',
    ])
    .select(grantColumns);

const findOfFamily = defineStatement((db, p: Name) => withGrant(db, ofFamily(db, p)));

const findSpentBefore = defineStatement((db, p: Name) => withGrant(db, spentBefore(db, p)));

const bound = familiesTable.pick('binding');

/** What the use of a token changes in its family. */
const rotated = familiesTable.omit('familyHash', 'grantId');
const kept = familiesTable.pick('previousHash', 'expiresAt', 'usedAt', 'sealedResponse');

/** Succeeds for one caller only, and for none once the grant is revoked. */
const rotateFamily = defineStatement((db, p: Name & TableRow<typeof rotated>) =>
  db
    .updateTable('refresh_token_families')
    .set(rotated.values(p))
    .where('hash', '=', p.family_hash)
    .where('token_hash', '=', p.hash)
    .where(ofLiveGrant('refresh_token_families.grant_id')),
);

/** The token is used, so the previous one can no longer be retried. */
const keepCurrent = defineStatement((db, p: Name & TableRow<typeof kept>) =>
  db
    .updateTable('refresh_token_families')
    .set(kept.values(p))
    .where('hash', '=', p.family_hash)
    .where('token_hash', '=', p.hash)
    .where(ofLiveGrant('refresh_token_families.grant_id')),
);

/** Refresh tokens in SQL. */
export function sqlRefreshTokens(
  database: Database,
): Pick<GrantStore, 'findRefreshToken' | 'rotateRefreshToken' | 'keepRefreshToken'> {
  return {
    async findRefreshToken(name) {
      const row =
        (await database.readFirst(findOfFamily, rowNameOf(name))) ??
        (await database.readFirst(findSpentBefore, rowNameOf(name)));
      return row && { ...grantWithAccountOf(row), token: stateOf(row) };
    },
    rotateRefreshToken: (name, successor, sealedResponse, now) =>
      database.unit(() => rotate(name, successor, sealedResponse, now)),
    keepRefreshToken: (name, tokens, expiresAt, now) =>
      database.unit(() => keep(name, tokens, expiresAt, now)),
  };
}

function* rotate(
  name: RefreshTokenName,
  { grantId, refreshToken, accessToken }: Parameters<GrantStore['rotateRefreshToken']>[1],
  sealedResponse: string,
  now: number,
): Unit<RotateOutcome> {
  const successor = { ...refreshToken, previousHash: name.hash, usedAt: now, sealedResponse };
  const changed = yield* execute(rotateFamily, { ...rowNameOf(name), ...rotated.rowOf(successor) });
  if (changed === 1) {
    if (accessToken !== null) yield* addNextAccessToken(grantId, accessToken);
    return { outcome: 'rotated' };
  }
  const row = yield* first(findOfFamily, rowNameOf(name));
  if (row === undefined || row.grant_revoked_at !== null) return { outcome: 'missing' };
  const token = stateOf(row);
  return token.state === 'spent' ? { outcome: 'alreadyRotated', token } : { outcome: 'missing' };
}

function* keep(
  name: RefreshTokenName,
  { grantId, accessToken }: Parameters<GrantStore['keepRefreshToken']>[1],
  expiresAt: number,
  now: number,
): Unit<'kept' | 'missing'> {
  const used = { previousHash: null, expiresAt, usedAt: now, sealedResponse: null };
  const changed = yield* execute(keepCurrent, { ...rowNameOf(name), ...kept.rowOf(used) });
  if (changed === 0) return 'missing';
  if (accessToken !== null) yield* addNextAccessToken(grantId, accessToken);
  return 'kept';
}

function rowNameOf({ familyHash, hash }: Pick<NewRefreshToken, 'familyHash' | 'hash'>): Name {
  return { family_hash: familyHash, hash };
}

function stateOf(row: {
  token_created_at: number;
  token_expires_at: number;
  spent_at: number | null;
  is_current: number;
  sealed_answer: string | null;
  binding: string | null;
}): RefreshTokenState {
  const { binding } = bound.recordOf(row);
  if (row.is_current === 1) {
    return { state: 'current', binding, createdAt: row.token_created_at, expiresAt: row.token_expires_at };
  }
  const { spent_at: spentAt, sealed_answer: sealedResponse } = row;
  const retry = spentAt === null || sealedResponse === null ? null : { spentAt, sealedResponse };
  return { state: 'spent', binding, retry };
}
