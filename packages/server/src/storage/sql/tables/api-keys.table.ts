import type { ApiKeyRecord } from '../../ports/index.js';
import { nullable } from '../codec/compound.js';
import { text, texts, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Keys to the management API. */
export const apiKeysTable = defineTable('api_keys', {
  id: text('id'),
  name: text('name'),
  hash: text('hash'),
  prefix: text('prefix'),
  accountId: nullable(text('account_id')),
  scopes: nullable(texts('scopes')),
  createdAt: time('created_at'),
  expiresAt: nullable(time('expires_at')),
  lastUsedAt: nullable(time('last_used_at')),
} satisfies FieldsFor<ApiKeyRecord>);
