import type { AllowedItem } from '../../ports/index.js';
import { mapped } from '../codec/compound.js';
import { text, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** What a user allowed to a client, as a whole. */
export const consentsTable = defineTable('consents', {
  accountId: text('account_id'),
  clientId: text('client_id'),
  modifiedAt: time('modified_at'),
});

/** A resource in a primary key, which cannot be null: the empty text is no resource. */
const resource = mapped(
  text('resource'),
  (stored) => (stored === '' ? null : stored),
  (value: string | null) => value ?? '',
);

/** The scopes that a user allowed to a client, each at one resource. */
export const consentItemsTable = defineTable('consent_items', {
  accountId: text('account_id'),
  clientId: text('client_id'),
  resource,
  name: text('scope'),
  allowedAt: time('granted_at'),
} satisfies FieldsFor<AllowedItem & { accountId: string; clientId: string }>);
