import type { Migration } from './migration.js';

const rowsOfGrant = [
  'authorization_codes',
  'refresh_token_families',
  'spent_refresh_tokens',
  'opaque_access_tokens',
].map((table) => `SELECT expires_at FROM ${table} WHERE grant_id = grants.id`);

/**
 * The origin of a grant becomes one value, and the purge uses the expiry of the grant. Before, each grant had a code: the
 * grant of a developer had one that no client received, and an empty session ID.
 *
 * Every sign-in of earlier versions used a password, so each grant from a session gets that context and method.
 */
export const grantOrigins: Migration = {
  version: 23,
  name: 'grant-origins',
  statements: [
    // Statements search by the first two columns; the whole origin is in the third.
    "ALTER TABLE grants ADD COLUMN origin_kind TEXT NOT NULL DEFAULT 'session'",
    'ALTER TABLE grants ADD COLUMN origin_session_id TEXT',
    "ALTER TABLE grants ADD COLUMN origin TEXT NOT NULL DEFAULT '{}'",
    'ALTER TABLE grants ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0',
    `UPDATE grants SET
      origin_session_id = session_id,
      origin = '{"kind":"session","sessionId":"' || session_id || '","authTime":' || CAST(auth_time AS TEXT) ||
        ',"acr":"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport","amr":["pwd"]}'
      WHERE kind <> 'personal_access_token'`,
    `UPDATE grants SET
      origin_kind = 'developer',
      origin = '{"kind":"developer","credentialsVersion":' || (
        SELECT CAST(credentials_version AS TEXT) FROM clients WHERE clients.id = grants.client_id
      ) || '}'
      WHERE kind = 'personal_access_token'`,
    `UPDATE grants SET expires_at = COALESCE(
      (SELECT MAX(expires_at) FROM (${rowsOfGrant.join(' UNION ALL ')}) AS rows_of_grant),
      created_at
    )`,
    `DELETE FROM authorization_codes WHERE grant_id IN (SELECT id FROM grants WHERE origin_kind = 'developer')`,
    // A revoked token kept its row, with this expiry, so that its grant was found.
    'DELETE FROM opaque_access_tokens WHERE expires_at = 0',
    'ALTER TABLE grants DROP COLUMN kind',
    'ALTER TABLE grants DROP COLUMN session_id',
    'ALTER TABLE grants DROP COLUMN auth_time',
    'CREATE INDEX grants_by_expiry ON grants (expires_at)',
  ],
};
