import type { ExternalIdentityRecord } from '../../ports/index.js';
import { nullable } from '../codec/compound.js';
import { flag, text, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Users as other systems know them. */
export const externalIdentitiesTable = defineTable('external_identities', {
  provider: text('provider'),
  subject: text('subject'),
  accountId: text('account_id'),
  label: nullable(text('label')),
  managesProfile: flag('manages_profile'),
  createdAt: time('created_at'),
  lastUsedAt: time('last_used_at'),
} satisfies FieldsFor<ExternalIdentityRecord>);
