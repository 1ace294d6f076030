import type { Device, LogoutDelivery, ProviderSession, SessionRecord } from '../../ports/index.js';
import { group, nullable } from '../codec/compound.js';
import { integer, text, texts, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Sign-ins. */
export const sessionsTable = defineTable('sessions', {
  id: text('id'),
  tokenHash: text('token_hash'),
  accountId: text('account_id'),
  authTime: time('auth_time'),
  acr: text('acr'),
  amr: texts('amr'),
  createdAt: time('created_at'),
  lastSeenAt: time('last_seen_at'),
  device: group({
    browser: nullable(text('browser')),
    system: nullable(text('system')),
  } satisfies FieldsFor<Device>),
  address: nullable(text('address')),
  expiresAt: time('expires_at'),
  endsAt: time('ends_at'),
} satisfies FieldsFor<SessionRecord>);

/** The clients that a session signed the user in to. */
export const sessionClientsTable = defineTable('session_clients', {
  sessionId: text('session_id'),
  clientId: text('client_id'),
});

/** The sessions at OpenID providers that sessions came from. */
export const providerSessionsTable = defineTable('provider_sessions', {
  sessionId: text('session_id'),
  provider: text('provider'),
  subject: text('subject'),
  sid: nullable(text('sid')),
  sealedIdToken: nullable(text('sealed_id_token')),
} satisfies FieldsFor<ProviderSession & { sessionId: string }>);

/** Logout tokens that are to be sent to clients. */
export const logoutDeliveriesTable = defineTable('logout_deliveries', {
  id: text('id'),
  sessionId: text('session_id'),
  clientId: text('client_id'),
  accountId: text('account_id'),
  attempts: integer('attempts'),
  /** Null once the delivery is finished. */
  nextAttemptAt: nullable(time('next_attempt_at')),
  finishedAt: nullable(time('finished_at')),
} satisfies FieldsFor<LogoutDelivery & { nextAttemptAt: number | null; finishedAt: number | null }>);
