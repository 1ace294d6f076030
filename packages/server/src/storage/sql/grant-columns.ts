import { type RawBuilder, sql } from 'kysely';
import type { GrantWithAccount } from '../ports/index.js';
import type { SelectedRow } from './codec/table.js';
import { joinedAccount } from './tables/accounts.table.js';
import { joinedGrant } from './tables/grants.table.js';

/** The columns of a grant and its account, under names that differ from those of the tables they are joined with. */
export const grantColumns = [...joinedGrant.selection, ...joinedAccount.selection];

export function grantWithAccountOf(
  row: SelectedRow<typeof joinedGrant> & SelectedRow<typeof joinedAccount>,
): GrantWithAccount {
  return { grant: joinedGrant.recordOf(row), account: joinedAccount.recordOf(row) };
}

/** Whether the grant of a row is not revoked. */
export function ofLiveGrant(
  grantId: 'authorization_codes.grant_id' | 'refresh_token_families.grant_id',
): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select 1 from grants where grants.id = ${sql.ref(grantId)} and grants.revoked_at is null
  )`;
}
