import type { Migration } from './migration.js';

/**
 * Each item belongs to a consent, so that withdrawing it locks one row first. Simultaneous requests of older versions could
 * leave items without their consent.
 */
export const consentsOfItems: Migration = {
  version: 28,
  name: 'consents-of-items',
  statements: [
    `INSERT INTO consents (account_id, client_id, modified_at)
      SELECT account_id, client_id, MAX(granted_at) FROM consent_items WHERE NOT EXISTS (
        SELECT 1 FROM consents
        WHERE consents.account_id = consent_items.account_id AND consents.client_id = consent_items.client_id
      )
      GROUP BY account_id, client_id`,
  ],
};
