import type { Migration } from './migration.js';

/** There are no foreign keys: events stay when their accounts and clients are deleted. */
export const auditEvents: Migration = {
  version: 8,
  name: 'audit-events',
  statements: [
    `CREATE TABLE audit_events (
      id TEXT PRIMARY KEY,
      at BIGINT NOT NULL,
      type TEXT NOT NULL,
      client_id TEXT,
      account_id TEXT,
      grant_id TEXT
    )`,
    'CREATE INDEX audit_events_newest_first ON audit_events (at DESC, id DESC)',
  ],
};
