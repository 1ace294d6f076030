import type { TicketToSpend } from '../../ports/index.js';
import { text, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Tickets of authorization requests that were decided. */
export const spentTicketsTable = defineTable('spent_tickets', {
  id: text('id'),
  expiresAt: time('expires_at'),
} satisfies FieldsFor<TicketToSpend>);

/** Assertions that clients have authenticated with. */
export const usedAssertionsTable = defineTable('used_assertions', {
  clientId: text('client_id'),
  jtiHash: text('jti_hash'),
  expiresAt: time('expires_at'),
});

/** JWT access tokens that were revoked before they expired. */
export const revokedTokensTable = defineTable('revoked_access_tokens', {
  jti: text('jti'),
  expiresAt: time('expires_at'),
});
