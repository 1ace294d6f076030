import type { InitialTokenRecord } from '../../ports/index.js';
import { nullable } from '../codec/compound.js';
import { flag, integer, text, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Clients that registered themselves. */
export const dynamicClientsTable = defineTable('dynamic_clients', {
  clientId: text('client_id'),
  fingerprint: nullable(text('fingerprint')),
  isShared: flag('is_shared'),
  isUsed: flag('is_used'),
  registeredAt: time('registered_at'),
  /** The network that registered it; null where an initial access token was used. */
  source: nullable(text('source')),
});

/** The registrations of these clients, each with its registration access token. */
export const clientRegistrationsTable = defineTable('client_registrations', {
  tokenHash: text('token_hash'),
  clientId: text('client_id'),
  createdAt: time('created_at'),
});

/** Tokens that allow a client to register itself. */
export const initialTokensTable = defineTable('initial_access_tokens', {
  id: text('id'),
  name: text('name'),
  hash: text('hash'),
  createdAt: time('created_at'),
  expiresAt: nullable(time('expires_at')),
  usesLeft: nullable(integer('uses_left')),
} satisfies FieldsFor<InitialTokenRecord>);
