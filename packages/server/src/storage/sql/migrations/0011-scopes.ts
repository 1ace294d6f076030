import { defaultScopeRows } from './0011-default-scopes.js';
import type { Migration } from './migration.js';

/** The scopes that the operator defines, in groups, and those that wait for the approval of an administrator. */
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
    ...defaultScopeRows,
    // In the row of the client: they change with its scopes, and are shown with the client.
    "ALTER TABLE clients ADD COLUMN scope_requests TEXT NOT NULL DEFAULT '[]'",
    'ALTER TABLE clients ADD COLUMN scope_requested_at BIGINT',
    `CREATE INDEX clients_that_wait_for_scopes ON clients (scope_requested_at, id)
      WHERE scope_requested_at IS NOT NULL`,
  ],
};
