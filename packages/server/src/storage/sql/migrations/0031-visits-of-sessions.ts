import type { Migration } from './migration.js';

/** Sessions keep when and with what they were used, and expire when they are idle. Before, only the sign-in was known. */
export const visitsOfSessions: Migration = {
  version: 31,
  name: 'visits-of-sessions',
  statements: [
    'ALTER TABLE sessions ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0',
    'ALTER TABLE sessions ADD COLUMN last_seen_at BIGINT NOT NULL DEFAULT 0',
    'ALTER TABLE sessions ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0',
    'ALTER TABLE sessions ADD COLUMN browser TEXT',
    'ALTER TABLE sessions ADD COLUMN system TEXT',
    'ALTER TABLE sessions ADD COLUMN address TEXT',
    'UPDATE sessions SET created_at = auth_time, last_seen_at = auth_time, ends_at = expires_at',
  ],
};
