import { sql } from 'kysely';
import type { AppUse } from '../ports/index.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';

/** The rows by which an app's use is known: what the user allowed, and what was issued from it. */
const usesOf = defineStatement((db, p: { account_id: string }) => ({
  compile: () =>
    sql<{ client_id: string; allowed_at: number | null; used_at: number | null }>`
      select client_id, min(allowed_at) as allowed_at, max(used_at) as used_at from (
        select client_id, granted_at as allowed_at, cast(null as bigint) as used_at
          from consent_items where account_id = ${p.account_id}
        union all
        select client_id, null, created_at from grants
          where account_id = ${p.account_id} and origin_kind = 'session'
        union all
        select grants.client_id, null, coalesce(families.used_at, families.created_at) from grants
          inner join refresh_token_families families on families.grant_id = grants.id
          where grants.account_id = ${p.account_id}
        union all
        select grants.client_id, null, tokens.issued_at from grants
          inner join opaque_access_tokens tokens on tokens.grant_id = grants.id
          where grants.account_id = ${p.account_id} and grants.origin_kind = 'session'
      ) uses group by client_id`.compile(db),
}));

/** When apps used their access. It is derived from the tokens, so that issuing one writes nothing for it. */
export function sqlAppUses(database: Database) {
  return {
    async usesOfAccount(accountId: string): Promise<ReadonlyMap<string, AppUse>> {
      const rows = await database.readAll(usesOf, { account_id: accountId });
      return new Map(
        rows.map((row) => [row.client_id, { allowedAt: row.allowed_at, lastUsedAt: row.used_at }]),
      );
    },
  };
}
