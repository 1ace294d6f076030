import type { ClientMetadata, ClientRecord, PreviousSecret, ScopeRequest } from '../../ports/index.js';
import { group, nullable, withComputed } from '../codec/compound.js';
import { flag, integer, json, text, texts, time } from '../codec/field.js';
import { defineTable, type FieldsFor, type TableRow } from '../codec/table.js';

/** Registered apps. */
export const clientsTable = defineTable('clients', {
  id: text('id'),
  name: text('name'),
  secretHash: nullable(text('secret_hash')),
  sealedSecret: nullable(text('sealed_secret')),
  authenticationMethod: text('authentication_method'),
  redirectUris: texts('redirect_uris'),
  grantTypes: withComputed(texts('grant_types'), flag('acts_for_itself'), actsForItself),
  responseTypes: texts('response_types'),
  scopes: texts('scopes'),
  accessTokenFormat: text('access_token_format'),
  idTokenAlgorithm: text('id_token_algorithm'),
  audience: nullable(text('audience')),
  compatibility: withComputed(texts('compatibility'), flag('introspects_openly'), introspectsOpenly),
  metadata: withComputed(json('metadata'), flag('serves_resources'), servesResources),
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

/** Whether the client can get tokens without a user (RFC 6749 §4.4). */
function actsForItself(grantTypes: ClientRecord['grantTypes']): boolean {
  return grantTypes.includes('client_credentials');
}

/** Whether a request without credentials can introspect tokens of the client. */
function introspectsOpenly(compatibility: ClientRecord['compatibility']): boolean {
  return compatibility.includes('allow_introspection_without_credentials');
}

/** Whether an administrator registered the client as a resource server. */
function servesResources({ protected_resources: resources }: ClientMetadata): boolean {
  return resources !== undefined;
}

/** The time of the oldest request that waits; null where there is none. */
function oldestOf(requests: readonly ScopeRequest[]): number | null {
  return requests.length === 0 ? null : Math.min(...requests.map(({ requestedAt }) => requestedAt));
}
