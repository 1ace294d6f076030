import type { Migration } from './migration.js';

/** Requests with an `Idempotency-Key`, and their responses. */
export const idempotentRequests: Migration = {
  version: 14,
  name: 'idempotent-requests',
  statements: [
    `CREATE TABLE idempotent_requests (
      caller TEXT NOT NULL,
      key_hash TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      sealed_answer TEXT,
      is_unknown BIGINT NOT NULL,
      claims BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (caller, key_hash)
    )`,
    'CREATE INDEX idempotent_requests_by_age ON idempotent_requests (created_at)',
  ],
};
