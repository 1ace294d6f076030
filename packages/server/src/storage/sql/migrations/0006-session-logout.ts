import type { Migration } from './migration.js';

/** The apps that a session signed the user in to, and the logout tokens that are to be sent to them. */
export const sessionLogout: Migration = {
  version: 6,
  name: 'session-logout',
  statements: [
    `CREATE TABLE session_clients (
      session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
      client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
      PRIMARY KEY (session_id, client_id)
    )`,
    'CREATE INDEX session_clients_by_client ON session_clients (client_id)',
    // The session is not a foreign key: it is deleted before the logout token is sent.
    `CREATE TABLE logout_deliveries (
      id TEXT PRIMARY KEY,
      session_id TEXT NOT NULL,
      client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      attempts BIGINT NOT NULL,
      next_attempt_at BIGINT,
      finished_at BIGINT
    )`,
    'CREATE INDEX logout_deliveries_by_client ON logout_deliveries (client_id)',
    'CREATE INDEX logout_deliveries_by_account ON logout_deliveries (account_id)',
    'CREATE INDEX logout_deliveries_due ON logout_deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL',
    'CREATE INDEX logout_deliveries_finished ON logout_deliveries (finished_at) WHERE finished_at IS NOT NULL',
  ],
};
