import type { Migration } from './migration.js';

/**
 * The creator of an app, its suspension, its previous secret, and its logo. The creator is not a foreign key: apps stay when
 * users are deleted.
 */
export const managedClients: Migration = {
  version: 9,
  name: 'managed-clients',
  statements: [
    'ALTER TABLE clients ADD COLUMN created_by TEXT',
    'ALTER TABLE clients ADD COLUMN modified_by TEXT',
    'ALTER TABLE clients ADD COLUMN is_suspended BIGINT NOT NULL DEFAULT 0',
    'ALTER TABLE clients ADD COLUMN previous_secret_hash TEXT',
    'ALTER TABLE clients ADD COLUMN previous_sealed_secret TEXT',
    'ALTER TABLE clients ADD COLUMN previous_secret_expires_at BIGINT',
    'ALTER TABLE clients ADD COLUMN credentials_version BIGINT NOT NULL DEFAULT 0',
    `CREATE INDEX clients_with_previous_secret ON clients (previous_secret_expires_at)
      WHERE previous_secret_expires_at IS NOT NULL`,
    'ALTER TABLE client_access_tokens ADD COLUMN credentials_version BIGINT NOT NULL DEFAULT 0',
    'CREATE INDEX clients_of_creator ON clients (created_by, created_at DESC, id DESC)',
    // In a table of its own: a logo is as large as a hundred clients, and few requests need it.
    `CREATE TABLE client_logos (
      client_id TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
      data_uri TEXT NOT NULL
    )`,
  ],
};
