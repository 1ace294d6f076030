import type { ClientRecord, PreviousSecret, ScopeRequest } from '../../ports/index.js';
import { group, nullable, withComputed } from '../codec/compound.js';
import { flag, integer, json, text, time } from '../codec/field.js';
import { defineTable, type FieldsFor, type TableRow } from '../codec/table.js';

/** Registered apps. */
export const clientsTable = defineTable('clients', {
  id: text('id'),
  name: text('name'),
  secretHash: nullable(text('secret_hash')),
  sealedSecret: nullable(text('sealed_secret')),
  authenticationMethod: text('authentication_method'),
  redirectUris: json('redirect_uris'),
  grantTypes: json('grant_types'),
  responseTypes: json('response_types'),
  scopes: json('scopes'),
  accessTokenFormat: text('access_token_format'),
  idTokenAlgorithm: text('id_token_algorithm'),
  audience: nullable(text('audience')),
  compatibility: json('compatibility'),
  metadata: json('metadata'),
  enabled: flag('enabled'),
  isSuspended: flag('is_suspended'),
  createdBy: nullable(text('created_by')),
  modifiedBy: nullable(text('modified_by')),
  previousSecret: nullable(
    group({
      hash: text('previous_secret_hash'),
      sealed: nullable(text('previous_sealed_secret')),
      expiresAt: time('previous_secret_expires_at'),
    } satisfies FieldsFor<PreviousSecret>),
  ),
  credentialsVersion: integer('credentials_version'),
  scopeRequests: withComputed(json('scope_requests'), nullable(time('scope_requested_at')), oldestOf),
  createdAt: time('created_at'),
  updatedAt: time('updated_at'),
} satisfies FieldsFor<ClientRecord>);

export type ClientRow = TableRow<typeof clientsTable>;

/** Since when the oldest request waits; null where none does. */
function oldestOf(requests: readonly ScopeRequest[]): number | null {
  return requests.length === 0 ? null : Math.min(...requests.map(({ requestedAt }) => requestedAt));
}
