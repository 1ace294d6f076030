import type { Migration } from './migration.js';

/** The server's own copies of logos at other servers, so that no page loads them from there. */
export const logoCopies: Migration = {
  version: 17,
  name: 'logo-copies',
  statements: [
    `CREATE TABLE client_logo_copies (
      client_id TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
      logo_uri TEXT NOT NULL,
      asked_at BIGINT NOT NULL,
      version TEXT,
      data_uri TEXT
    )`,
  ],
};
