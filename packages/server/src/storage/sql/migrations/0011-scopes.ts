import type { Migration } from './index.js';

/** The scopes that the operator defines, in groups, and those that an app's developer asks an administrator for. */
export const scopes: Migration = {
  version: 11,
  name: 'scopes',
  statements: [
    `CREATE TABLE scope_groups (
      name TEXT PRIMARY KEY,
      write_implies_read BIGINT NOT NULL,
      texts TEXT NOT NULL
    )`,
    `CREATE TABLE scopes (
      name TEXT PRIMARY KEY,
      group_name TEXT NOT NULL REFERENCES scope_groups (name),
      type TEXT NOT NULL,
      texts TEXT NOT NULL,
      resource TEXT,
      needs_approval BIGINT NOT NULL
    )`,
    'CREATE INDEX scopes_of_group ON scopes (group_name)',
    `CREATE TABLE scope_requests (
      client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
      scope TEXT NOT NULL,
      requested_by TEXT NOT NULL,
      requested_at BIGINT NOT NULL,
      PRIMARY KEY (client_id, scope)
    )`,
    'CREATE INDEX scope_requests_oldest_first ON scope_requests (requested_at, client_id, scope)',
  ],
};
