import type { Migration } from './migration.js';

/**
 * One row for each family of refresh tokens instead of one for each token. An existing token is the first of its
 * family, and its hash is that of the family. Spent tokens stay in a table of their own until they expire. No row is added to
 * it.
 */
export const refreshTokenFamilies: Migration = {
  version: 16,
  name: 'refresh-token-families',
  statements: [
    'ALTER TABLE refresh_tokens RENAME TO spent_refresh_tokens',
    `CREATE TABLE refresh_token_families (
      hash TEXT PRIMARY KEY,
      grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
      token_hash TEXT NOT NULL,
      previous_token_hash TEXT,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      used_at BIGINT,
      sealed_answer TEXT
    )`,
    'CREATE INDEX refresh_token_families_by_grant ON refresh_token_families (grant_id)',
    'CREATE INDEX refresh_token_families_by_expiry ON refresh_token_families (expires_at)',
    `CREATE INDEX refresh_token_families_with_answer ON refresh_token_families (used_at)
       WHERE sealed_answer IS NOT NULL`,
    `INSERT INTO refresh_token_families (hash, grant_id, token_hash, created_at, expires_at)
       SELECT hash, grant_id, hash, created_at, expires_at FROM spent_refresh_tokens WHERE spent_at IS NULL`,
    'DELETE FROM spent_refresh_tokens WHERE spent_at IS NULL',
  ],
};
