import type { Migration } from './migration.js';

/** Groups of users, and the IDs that users have in the systems that provision them. */
export const groups: Migration = {
  version: 35,
  name: 'groups',
  statements: [
    `CREATE TABLE groups (
      id TEXT PRIMARY KEY,
      origin TEXT NOT NULL,
      name TEXT NOT NULL,
      name_key TEXT NOT NULL,
      external_id TEXT,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      UNIQUE (origin, name_key)
    )`,
    'CREATE INDEX groups_oldest_first ON groups (origin, created_at, id)',
    'CREATE INDEX groups_by_external_id ON groups (external_id) WHERE external_id IS NOT NULL',
    `CREATE TABLE group_members (
      group_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      PRIMARY KEY (group_id, account_id)
    )`,
    'CREATE INDEX group_members_by_account ON group_members (account_id)',
    'ALTER TABLE accounts ADD COLUMN external_id TEXT',
    'CREATE INDEX accounts_by_external_id ON accounts (external_id) WHERE external_id IS NOT NULL',
  ],
};
