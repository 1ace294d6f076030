import type { ClientTokenRecord } from '../../ports/index.js';
import { integer, text, texts, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';
import { binding } from './binding.field.js';

/** Opaque access tokens that were issued to a client itself. */
export const clientTokensTable = defineTable('client_access_tokens', {
  hash: text('hash'),
  clientId: text('client_id'),
  scopes: texts('scopes'),
  audience: texts('audience'),
  binding,
  issuedAt: time('issued_at'),
  expiresAt: time('expires_at'),
  credentialsVersion: integer('credentials_version'),
} satisfies FieldsFor<ClientTokenRecord>);
