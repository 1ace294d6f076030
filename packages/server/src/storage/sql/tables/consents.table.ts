import { text, time } from '../codec/field.js';
import { defineTable } from '../codec/table.js';

/** What a user allowed to a client, as a whole. */
export const consentsTable = defineTable('consents', {
  accountId: text('account_id'),
  clientId: text('client_id'),
  modifiedAt: time('modified_at'),
});

/** The scopes that a user allowed to a client, each at one resource. */
export const consentItemsTable = defineTable('consent_items', {
  accountId: text('account_id'),
  clientId: text('client_id'),
  /** The empty text for no resource. */
  resource: text('resource'),
  scope: text('scope'),
  grantedAt: time('granted_at'),
});
