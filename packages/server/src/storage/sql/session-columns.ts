import type { SessionRecord } from '../ports/index.js';
import type { SessionsTable } from './schema.js';

export function sessionOf(row: SessionsTable): SessionRecord {
  return {
    id: row.id,
    tokenHash: row.token_hash,
    accountId: row.account_id,
    authTime: row.auth_time,
    expiresAt: row.expires_at,
  };
}
