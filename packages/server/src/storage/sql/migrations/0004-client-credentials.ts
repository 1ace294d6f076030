import type { Migration } from './migration.js';

/** Tokens of clients that act for themselves, used assertions, revoked JWT access tokens, and the audience of tokens. */
export const clientCredentials: Migration = {
  version: 4,
  name: 'client-credentials',
  statements: [
    `CREATE TABLE client_access_tokens (
      hash TEXT PRIMARY KEY,
      client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
      scopes TEXT NOT NULL,
      audience TEXT NOT NULL,
      issued_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL
    )`,
    'CREATE INDEX client_access_tokens_by_client ON client_access_tokens (client_id)',
    'CREATE INDEX client_access_tokens_by_expiry ON client_access_tokens (expires_at)',
    `CREATE TABLE used_assertions (
      client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
      jti_hash TEXT NOT NULL,
      expires_at BIGINT NOT NULL,
      PRIMARY KEY (client_id, jti_hash)
    )`,
    'CREATE INDEX used_assertions_by_expiry ON used_assertions (expires_at)',
    `CREATE TABLE revoked_access_tokens (
      jti TEXT PRIMARY KEY,
      expires_at BIGINT NOT NULL
    )`,
    'CREATE INDEX revoked_access_tokens_by_expiry ON revoked_access_tokens (expires_at)',
    // An empty list means the audience of the grant, for existing tokens.
    "ALTER TABLE opaque_access_tokens ADD COLUMN audience TEXT NOT NULL DEFAULT '[]'",
    'ALTER TABLE opaque_access_tokens ADD COLUMN issued_at BIGINT NOT NULL DEFAULT 0',
  ],
};
