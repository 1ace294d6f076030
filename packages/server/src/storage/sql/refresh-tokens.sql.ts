import { type AliasableExpression, type Kysely, sql } from 'kysely';
import type {
  GrantStore,
  NewRefreshToken,
  RefreshTokenName,
  RefreshTokenState,
  RotateOutcome,
} from '../ports/index.js';
import type { Database } from './database.js';
import { grantColumns, grantWithAccountOf, ofLiveGrant } from './grant-columns.js';
import { addNextAccessToken } from './new-tokens.sql.js';
import type { Schema } from './schema.js';
import { defineStatement } from './statement.js';
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
}

/**
 * A token of a family: the current one, the one before with the answer to it, or an older one, of which nothing is
 * kept. Only who had a token of a family knows its family's part, so whatever else has that part was spent.
 */
const ofFamily = (db: Kysely<Schema>, p: Name) =>
  db
    .selectFrom('refresh_token_families')
    .select([
      'grant_id',
      'created_at',
      'expires_at',
      'used_at as spent_at',
      sql<number>`case when token_hash = ${p.hash} then 1 else 0 end`.as('is_current'),
      sql<string | null>`case when previous_token_hash = ${p.hash} then sealed_answer end`.as(
        'sealed_answer',
      ),
    ])
    .where('hash', '=', p.family_hash);

/** One that was spent before there were families. Its answer counts until the family is used. */
const spentBefore = (db: Kysely<Schema>, p: Name) =>
  db
    .selectFrom('spent_refresh_tokens as spent')
    .select([
      'grant_id',
      'created_at',
      'expires_at',
      'spent_at',
      sql<number>`0`.as('is_current'),
      sql<string | null>`case when exists (
        select 1 from refresh_token_families as family
        where family.grant_id = spent.grant_id and family.used_at is null
      ) then sealed_answer end`.as('sealed_answer'),
    ])
    .where('hash', '=', p.hash);

/** What a token is worth depends on its grant, and on whose that is. */
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
    ])
    .select(grantColumns);

const findOfFamily = defineStatement((db, p: Name) => withGrant(db, ofFamily(db, p)));

const findSpentBefore = defineStatement((db, p: Name) => withGrant(db, spentBefore(db, p)));

interface Rotation extends Name {
  next_hash: string;
  sealed_answer: string;
  created_at: number;
  expires_at: number;
  now: number;
}

/** Succeeds for one caller only, and for none once the grant is revoked. */
const rotateFamily = defineStatement((db, p: Rotation) =>
  db
    .updateTable('refresh_token_families')
    .set({
      token_hash: p.next_hash,
      previous_token_hash: p.hash,
      created_at: p.created_at,
      expires_at: p.expires_at,
      used_at: p.now,
      sealed_answer: p.sealed_answer,
    })
    .where('hash', '=', p.family_hash)
    .where('token_hash', '=', p.hash)
    .where(ofLiveGrant('refresh_token_families.grant_id')),
);

/** The token is used, so that the one before it has no retry any more. */
const keepCurrent = defineStatement((db, p: Name & { expires_at: number; now: number }) =>
  db
    .updateTable('refresh_token_families')
    .set({ expires_at: p.expires_at, used_at: p.now, previous_token_hash: null, sealed_answer: null })
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
    rotateRefreshToken: (name, successor, sealedAnswer, now) =>
      database.unit(() => rotate(name, successor, sealedAnswer, now)),
    keepRefreshToken: (name, tokens, expiresAt, now) =>
      database.unit(() => keep(name, tokens, expiresAt, now)),
  };
}

function* rotate(
  name: RefreshTokenName,
  { grantId, refreshToken, accessToken }: Parameters<GrantStore['rotateRefreshToken']>[1],
  sealedAnswer: string,
  now: number,
): Unit<RotateOutcome> {
  const rotated = yield* execute(rotateFamily, {
    ...rowNameOf(name),
    next_hash: refreshToken.hash,
    sealed_answer: sealedAnswer,
    created_at: refreshToken.createdAt,
    expires_at: refreshToken.expiresAt,
    now,
  });
  if (rotated === 1) {
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
  const kept = yield* execute(keepCurrent, { ...rowNameOf(name), expires_at: expiresAt, now });
  if (kept === 0) return 'missing';
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
}): RefreshTokenState {
  if (row.is_current === 1) {
    return { state: 'current', createdAt: row.token_created_at, expiresAt: row.token_expires_at };
  }
  const { spent_at: spentAt, sealed_answer: sealedAnswer } = row;
  const retry = spentAt === null || sealedAnswer === null ? null : { spentAt, sealedAnswer };
  return { state: 'spent', retry };
}
