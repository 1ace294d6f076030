import { type RawBuilder, sql } from 'kysely';
import type { GrantOrigin, GrantRecord, GrantWithAccount } from '../ports/index.js';
import type { JoinedRow } from './codec/table.js';
import { list, object } from './columns.js';
import { joinedAccount } from './tables/accounts.table.js';

/** The columns of a grant and its account, under names that differ from those of the tables they are joined with. */
export const grantColumns = [
  'grants.id as grant_id',
  'grants.origin as grant_origin',
  'grants.client_id as grant_client_id',
  'grants.scopes as grant_scopes',
  'grants.audience as grant_audience',
  'grants.details as grant_details',
  'grants.created_at as grant_created_at',
  'grants.expires_at as grant_expires_at',
  'grants.revoked_at as grant_revoked_at',
  ...joinedAccount.selection,
] as const;

/** A row that `grantColumns` were selected into. */
export interface GrantRow extends JoinedRow<typeof joinedAccount> {
  grant_id: string;
  grant_origin: string;
  grant_client_id: string;
  grant_scopes: string;
  grant_audience: string;
  grant_details: string;
  grant_created_at: number;
  grant_expires_at: number;
  grant_revoked_at: number | null;
}

export function grantWithAccountOf(row: GrantRow): GrantWithAccount {
  const grant: GrantRecord = {
    id: row.grant_id,
    origin: originOf(row.grant_origin),
    clientId: row.grant_client_id,
    accountId: row.account_id,
    scopes: list(row.grant_scopes),
    audience: row.grant_audience,
    details: object(row.grant_details),
    createdAt: row.grant_created_at,
    expiresAt: row.grant_expires_at,
    revokedAt: row.grant_revoked_at,
  };
  return { grant, account: joinedAccount.recordOf(row) };
}

/** Reads the origin of a grant, which only this server writes. */
export function originOf(column: string): GrantOrigin {
  return JSON.parse(column) as GrantOrigin;
}

/** Whether the grant that a row belongs to is not revoked, for statements that must decide by it. */
export function ofLiveGrant(
  grantId: 'authorization_codes.grant_id' | 'refresh_token_families.grant_id',
): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select 1 from grants where grants.id = ${sql.ref(grantId)} and grants.revoked_at is null
  )`;
}
