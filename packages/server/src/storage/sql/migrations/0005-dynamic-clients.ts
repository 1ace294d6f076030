import type { Migration } from './migration.js';

/** Clients that registered themselves, their registration access tokens, and initial access tokens. */
export const dynamicClients: Migration = {
  version: 5,
  name: 'dynamic-clients',
  statements: [
    `CREATE TABLE dynamic_clients (
      client_id TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
      fingerprint TEXT UNIQUE,
      is_shared BIGINT NOT NULL,
      is_used BIGINT NOT NULL,
      registered_at BIGINT NOT NULL
    )`,
    'CREATE INDEX dynamic_clients_unused ON dynamic_clients (registered_at) WHERE is_used = 0',
    `CREATE TABLE client_registrations (
      token_hash TEXT PRIMARY KEY,
      client_id TEXT NOT NULL REFERENCES dynamic_clients (client_id) ON DELETE CASCADE,
      created_at BIGINT NOT NULL
    )`,
    'CREATE INDEX client_registrations_by_client ON client_registrations (client_id, created_at)',
    `CREATE TABLE initial_access_tokens (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      hash TEXT NOT NULL UNIQUE,
      created_at BIGINT NOT NULL,
      expires_at BIGINT,
      uses_left BIGINT
    )`,
    'CREATE INDEX initial_access_tokens_by_expiry ON initial_access_tokens (expires_at)',
  ],
};
