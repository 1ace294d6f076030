import type { Migration } from './migration.js';

/**
 * Who made an app and may see it, what an administrator stopped, a secret that is on its way out, and its logo.
 * The one who made it is no foreign key: apps outlive people.
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
    // Beside the client, not in it: it is as large as a hundred clients, and few requests need it.
    `CREATE TABLE client_logos (
      client_id TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
      data_uri TEXT NOT NULL
    )`,
  ],
};
