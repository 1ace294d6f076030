import type { ApiKeyRecord } from '../ports/index.js';
import { json, list } from './columns.js';
import type { ApiKeysTable } from './schema.js';

/** A key as its row. */
export function rowOf(key: ApiKeyRecord): ApiKeysTable {
  return {
    id: key.id,
    name: key.name,
    hash: key.hash,
    prefix: key.prefix,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    account_id: key.accountId,
    scopes: key.scopes === null ? null : json(key.scopes),
    last_used_at: key.lastUsedAt,
  };
}

/** A row as its key. */
export function apiKeyOf(row: ApiKeysTable): ApiKeyRecord {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    prefix: row.prefix,
    accountId: row.account_id,
    scopes: row.scopes === null ? null : list(row.scopes),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
