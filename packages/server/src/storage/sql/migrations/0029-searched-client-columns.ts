import type { Migration } from './migration.js';

/**
 * What statements search clients by becomes columns. Before, it was read from JSON. The colon after `protected_resources`
 * excludes values with that name.
 */
export const searchedClientColumns: Migration = {
  version: 29,
  name: 'searched-client-columns',
  statements: [
    'ALTER TABLE clients ADD COLUMN acts_for_itself INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE clients ADD COLUMN introspects_openly INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE clients ADD COLUMN serves_resources INTEGER NOT NULL DEFAULT 0',
    `UPDATE clients SET acts_for_itself = 1 WHERE grant_types LIKE '%"client_credentials"%'`,
    `UPDATE clients SET introspects_openly = 1
      WHERE compatibility LIKE '%"allow_introspection_without_credentials"%'`,
    `UPDATE clients SET serves_resources = 1 WHERE metadata LIKE '%"protected_resources":%'`,
    'CREATE INDEX clients_introspected_openly ON clients (id) WHERE introspects_openly = 1',
  ],
};
