import type { Migration } from './migration.js';

/** Counts that several processes share. A row is deleted after its window, which is an hour at most. */
export const rateLimits: Migration = {
  version: 18,
  name: 'rate-limits',
  statements: [
    `CREATE TABLE rate_limits (
      key TEXT PRIMARY KEY,
      used BIGINT NOT NULL,
      ends_at BIGINT NOT NULL
    )`,
    'CREATE INDEX rate_limits_by_end ON rate_limits (ends_at)',
  ],
};
