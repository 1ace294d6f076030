import type { NewTokens, OpaqueAccessTokenRecord } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import { defineStatement } from './statement.js';
import { accessTokensTable, familiesTable } from './tables/grant-tokens.table.js';
import { execute, type Unit } from './unit.js';

const insertAccessToken = defineStatement((db, p: TableRow<typeof accessTokensTable>) =>
  db.insertInto('opaque_access_tokens').values(accessTokensTable.values(p)),
);

const newFamily = familiesTable.omit('previousHash', 'usedAt', 'sealedResponse');

const insertFamily = defineStatement((db, p: TableRow<typeof newFamily>) =>
  db.insertInto('refresh_token_families').values(newFamily.values(p)),
);

/** The most opaque access tokens of one grant, however often the client refreshes. */
const MOST_ACCESS_TOKENS_PER_GRANT = 32;

/** More rows than a grant has. Grants of versions without the limit can have more: several deletions remove them. */
const MOST_DELETED = 1000;

/** The tokens that expire last stay. */
const deleteOldAccessTokens = defineStatement((db, p: { grant_id: string; kept: number; limit: number }) =>
  db
    .deleteFrom('opaque_access_tokens')
    .where('hash', 'in', (eb) =>
      eb
        .selectFrom('opaque_access_tokens')
        .select('hash')
        .where('grant_id', '=', p.grant_id)
        .orderBy('expires_at', 'desc')
        .offset(p.kept)
        .limit(p.limit),
    ),
);

/** Writes new tokens, as part of the unit that spends what they were issued for. */
export function* addTokens(grantId: string, { accessToken, refreshToken }: NewTokens): Unit<void> {
  if (accessToken !== null) yield* addAccessToken(grantId, accessToken);
  if (refreshToken !== null) {
    yield* execute(insertFamily, newFamily.rowOf({ ...refreshToken, grantId }));
  }
}

/** Writes one more access token of a grant. If there are too many, those that expire first are deleted. */
export function* addNextAccessToken(grantId: string, token: OpaqueAccessTokenRecord): Unit<void> {
  const kept = MOST_ACCESS_TOKENS_PER_GRANT - 1;
  yield* execute(deleteOldAccessTokens, { grant_id: grantId, kept, limit: MOST_DELETED });
  yield* addAccessToken(grantId, token);
}

function* addAccessToken(grantId: string, token: OpaqueAccessTokenRecord): Unit<void> {
  yield* execute(insertAccessToken, accessTokensTable.rowOf({ ...token, grantId }));
}
