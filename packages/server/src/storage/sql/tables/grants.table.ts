import type { GrantOrigin, GrantRecord } from '../../ports/index.js';
import { group, nullable, withComputed } from '../codec/compound.js';
import { flag, json, text, texts, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** The columns that statements search by. */
const originKey = group({ kind: text('origin_kind'), sessionId: nullable(text('origin_session_id')) });

/** Authorizations of clients to act for users. */
export const grantsTable = defineTable('grants', {
  id: text('id'),
  clientId: text('client_id'),
  accountId: text('account_id'),
  scopes: withComputed(texts('scopes'), flag('ends_with_session'), endsWithSession),
  audience: text('audience'),
  details: json('details'),
  origin: withComputed(json('origin'), originKey, originKeyOf),
  createdAt: time('created_at'),
  expiresAt: time('expires_at'),
  revokedAt: nullable(time('revoked_at')),
} satisfies FieldsFor<GrantRecord>);

/** The grant of a joined row. */
export const joinedGrant = grantsTable.prefixed('grant_');

/** A sign-in ends with its session, and access that was granted for offline use does not (Back-Channel Logout 1.0 §2.7). */
function endsWithSession(scopes: readonly string[]): boolean {
  return scopes.includes('openid') && !scopes.includes('offline_access');
}

function originKeyOf(origin: GrantOrigin): { readonly kind: string; readonly sessionId: string | null } {
  return { kind: origin.kind, sessionId: origin.kind === 'session' ? origin.sessionId : null };
}
