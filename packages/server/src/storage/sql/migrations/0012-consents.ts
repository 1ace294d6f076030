import type { Migration } from './migration.js';

/**
 * A row for a whole consent with the time of its last change, for lists; the origin of a grant; and indexes for the lists of
 * live grants and of users.
 */
export const consents: Migration = {
  version: 12,
  name: 'consents',
  statements: [
    `CREATE TABLE consents (
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
      modified_at BIGINT NOT NULL,
      PRIMARY KEY (account_id, client_id)
    )`,
    'CREATE INDEX consents_of_account ON consents (account_id, modified_at DESC, client_id DESC)',
    'CREATE INDEX consents_of_client ON consents (client_id, modified_at DESC, account_id DESC)',
    `INSERT INTO consents (account_id, client_id, modified_at)
      SELECT account_id, client_id, MAX(granted_at) FROM consent_scopes GROUP BY account_id, client_id`,
    "ALTER TABLE grants ADD COLUMN kind TEXT NOT NULL DEFAULT 'authorization_code'",
    // Revoked grants stay until they are purged. A page of live ones must not read them.
    `CREATE INDEX grants_of_account ON grants (account_id, created_at DESC, id DESC) WHERE revoked_at IS NULL`,
    `CREATE INDEX grants_of_client ON grants (client_id, created_at DESC, id DESC) WHERE revoked_at IS NULL`,
    'CREATE INDEX accounts_newest_first ON accounts (created_at DESC, id DESC)',
    'CREATE INDEX administrators ON accounts (id) WHERE is_admin = 1 AND disabled_at IS NULL',
  ],
};
