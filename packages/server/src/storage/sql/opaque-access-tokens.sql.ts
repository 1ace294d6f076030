import type { GrantStore } from '../ports/index.js';
import type { Database } from './database.js';
import { grantColumns, grantWithAccountOf } from './grant-columns.js';
import { defineStatement } from './statement.js';
import { accessTokensTable } from './tables/grant-tokens.table.js';

const joinedToken = accessTokensTable.omit('grantId').prefixed('token_');

const findOpaque = defineStatement((db, p: { hash: string }) =>
  db
    .selectFrom('opaque_access_tokens')
    .innerJoin('grants', 'grants.id', 'opaque_access_tokens.grant_id')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .select(joinedToken.selection)
    .select(grantColumns)
    .where('opaque_access_tokens.hash', '=', p.hash),
);

const deleteOpaque = defineStatement((db, p: { hash: string }) =>
  db.deleteFrom('opaque_access_tokens').where('hash', '=', p.hash),
);

/** Access tokens that only Grantor can read, in SQL. */
export function sqlOpaqueAccessTokens(
  database: Database,
): Pick<GrantStore, 'findOpaqueAccessToken' | 'deleteOpaqueAccessToken'> {
  return {
    async findOpaqueAccessToken(hash) {
      const row = await database.readFirst(findOpaque, { hash });
      return row && { ...grantWithAccountOf(row), token: joinedToken.recordOf(row) };
    },
    async deleteOpaqueAccessToken(hash) {
      return (await database.write(deleteOpaque, { hash })) === 1 ? 'deleted' : 'missing';
    },
  };
}
