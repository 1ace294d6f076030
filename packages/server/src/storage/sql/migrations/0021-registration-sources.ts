import type { Migration } from './migration.js';

/** The network that a client registered itself from, so that one network cannot use up the cap of all. */
export const registrationSources: Migration = {
  version: 21,
  name: 'registration-sources',
  statements: [
    'ALTER TABLE dynamic_clients ADD COLUMN source TEXT',
    'CREATE INDEX dynamic_clients_by_source ON dynamic_clients (source)',
  ],
};
