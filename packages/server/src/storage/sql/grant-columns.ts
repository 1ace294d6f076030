import { type RawBuilder, sql } from 'kysely';
import type { GrantRecord, GrantWithAccount } from '../ports/index.js';
import { type AccountRow, accountColumns, accountOf } from './account-columns.js';
import { list, object } from './columns.js';

/** A grant and its account under names that stay apart from those of whatever they are joined with. */
export const grantColumns = [
  'grants.id as grant_id',
  'grants.kind as grant_kind',
  'grants.client_id as grant_client_id',
  'grants.scopes as grant_scopes',
  'grants.audience as grant_audience',
  'grants.session_id as grant_session_id',
  'grants.auth_time as grant_auth_time',
  'grants.details as grant_details',
  'grants.created_at as grant_created_at',
  'grants.revoked_at as grant_revoked_at',
  ...accountColumns,
] as const;

/** A row that `grantColumns` were selected into. */
export interface GrantRow extends AccountRow {
  grant_id: string;
  grant_kind: string;
  grant_client_id: string;
  grant_scopes: string;
  grant_audience: string;
  grant_session_id: string;
  grant_auth_time: number;
  grant_details: string;
  grant_created_at: number;
  grant_revoked_at: number | null;
}

export function grantWithAccountOf(row: GrantRow): GrantWithAccount {
  const grant: GrantRecord = {
    id: row.grant_id,
    kind: row.grant_kind as GrantRecord['kind'],
    clientId: row.grant_client_id,
    accountId: row.account_id,
    scopes: list(row.grant_scopes),
    audience: row.grant_audience,
    sessionId: row.grant_session_id,
    authTime: row.grant_auth_time,
    details: object(row.grant_details),
    createdAt: row.grant_created_at,
    revokedAt: row.grant_revoked_at,
  };
  return { grant, account: accountOf(row) };
}

/** Whether the grant that a row hangs on has not ended, for statements that must decide by it. */
export function ofLiveGrant(
  grantId: 'authorization_codes.grant_id' | 'refresh_token_families.grant_id',
): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select 1 from grants where grants.id = ${sql.ref(grantId)} and grants.revoked_at is null
  )`;
}
