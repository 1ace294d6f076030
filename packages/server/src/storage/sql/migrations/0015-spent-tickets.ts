import type { Migration } from './migration.js';

/** Authorization requests that were decided, until their tickets expire. */
export const spentTickets: Migration = {
  version: 15,
  name: 'spent-tickets',
  statements: [
    `CREATE TABLE spent_tickets (
      id TEXT PRIMARY KEY,
      expires_at BIGINT NOT NULL
    )`,
    'CREATE INDEX spent_tickets_by_expiry ON spent_tickets (expires_at)',
  ],
};
