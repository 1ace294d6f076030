import type { Migration } from './migration.js';

/** The user, scopes and last use of a key. Existing keys belong to the deployment. */
export const apiKeysOfPeople: Migration = {
  version: 10,
  name: 'api-keys-of-people',
  statements: [
    'ALTER TABLE api_keys ADD COLUMN account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE',
    'ALTER TABLE api_keys ADD COLUMN scopes TEXT',
    'ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT',
    'CREATE INDEX api_keys_newest_first ON api_keys (created_at DESC, id DESC)',
    'CREATE INDEX api_keys_of_account ON api_keys (account_id, created_at DESC, id DESC)',
  ],
};
