import type { GrantStore } from '../ports/index.js';
import { list } from './columns.js';
import type { Database } from './database.js';
import { grantColumns, grantWithAccountOf } from './grant-columns.js';
import { defineStatement } from './statement.js';

const findOpaque = defineStatement((db, p: { hash: string }) =>
  db
    .selectFrom('opaque_access_tokens as token')
    .innerJoin('grants', 'grants.id', 'token.grant_id')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .select(['token.hash', 'token.scopes', 'token.audience', 'token.issued_at', 'token.expires_at'])
    .select(grantColumns)
    .where('token.hash', '=', p.hash),
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
      if (row === undefined) return undefined;
      const token = {
        hash: row.hash,
        scopes: list(row.scopes),
        audience: list(row.audience),
        issuedAt: row.issued_at,
        expiresAt: row.expires_at,
      };
      return { ...grantWithAccountOf(row), token };
    },
    async deleteOpaqueAccessToken(hash) {
      return (await database.write(deleteOpaque, { hash })) === 1 ? 'deleted' : 'missing';
    },
  };
}
