import type {
  GrantStore,
  NewTokens,
  OpaqueAccessTokenRecord,
  RefreshTokenRecord,
  RotateOutcome,
} from '../ports/index.js';
import type { Database } from './database.js';
import { grantColumns, grantWithAccountOf, ofLiveGrant } from './grant-columns.js';
import { addTokens } from './new-tokens.sql.js';
import { defineStatement } from './statement.js';
import { execute, first, type Unit } from './unit.js';

const findRefreshToken = defineStatement((db, p: { hash: string }) =>
  db
    .selectFrom('refresh_tokens as token')
    .innerJoin('grants', 'grants.id', 'token.grant_id')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .select(['token.hash', 'token.created_at', 'token.expires_at', 'token.spent_at', 'token.sealed_answer'])
    .select(grantColumns)
    .where('token.hash', '=', p.hash),
);

/** Succeeds for one caller only, and for none once the grant has ended. */
const spendRefreshToken = defineStatement((db, p: { hash: string; sealed_answer: string; now: number }) =>
  db
    .updateTable('refresh_tokens')
    .set({ spent_at: p.now, sealed_answer: p.sealed_answer })
    .where('hash', '=', p.hash)
    .where('spent_at', 'is', null)
    .where(ofLiveGrant('refresh_tokens.grant_id')),
);

const moveEnd = defineStatement((db, p: { hash: string; expires_at: number }) =>
  db
    .updateTable('refresh_tokens')
    .set({ expires_at: p.expires_at })
    .where('hash', '=', p.hash)
    .where('spent_at', 'is', null)
    .where(ofLiveGrant('refresh_tokens.grant_id')),
);

const findOfLiveGrant = defineStatement((db, p: { hash: string }) =>
  db
    .selectFrom('refresh_tokens as token')
    .innerJoin('grants', 'grants.id', 'token.grant_id')
    .selectAll('token')
    .where('token.hash', '=', p.hash)
    .where('grants.revoked_at', 'is', null),
);

/** Refresh tokens in SQL. */
export function sqlRefreshTokens(
  database: Database,
): Pick<GrantStore, 'findRefreshToken' | 'rotateRefreshToken' | 'keepRefreshToken'> {
  return {
    async findRefreshToken(hash) {
      const row = await database.readFirst(findRefreshToken, { hash });
      return row && { ...grantWithAccountOf(row), token: refreshTokenOf(row) };
    },
    rotateRefreshToken: (hash, successor, sealedAnswer, now) =>
      database.unit(() => rotate(hash, successor, sealedAnswer, now)),
    keepRefreshToken: (hash, accessToken, expiresAt) =>
      database.unit(() => keep(hash, accessToken, expiresAt)),
  };
}

function* rotate(hash: string, successor: NewTokens, sealedAnswer: string, now: number): Unit<RotateOutcome> {
  const spent = yield* execute(spendRefreshToken, { hash, sealed_answer: sealedAnswer, now });
  if (spent === 1) {
    yield* addTokens(successor);
    return { outcome: 'rotated' };
  }
  const row = yield* first(findOfLiveGrant, { hash });
  if (row === undefined) return { outcome: 'missing' };
  return { outcome: 'alreadyRotated', token: refreshTokenOf(row) };
}

function* keep(
  hash: string,
  accessToken: OpaqueAccessTokenRecord | null,
  expiresAt: number,
): Unit<'kept' | 'missing'> {
  if ((yield* execute(moveEnd, { hash, expires_at: expiresAt })) === 0) return 'missing';
  yield* addTokens({ accessToken, refreshToken: null });
  return 'kept';
}

function refreshTokenOf(row: {
  hash: string;
  grant_id: string;
  created_at: number;
  expires_at: number;
  spent_at: number | null;
  sealed_answer: string | null;
}): RefreshTokenRecord {
  return {
    hash: row.hash,
    grantId: row.grant_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    spentAt: row.spent_at,
    sealedAnswer: row.sealed_answer,
  };
}
