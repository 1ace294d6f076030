import type { Migration } from './index.js';

const isIdentityScope = (column: string) =>
  `${column} IN ('openid', 'profile', 'email', 'address', 'phone', 'offline_access')`;

/** Identity scopes and claims belong to no resource. */
const belongsToNone = (column: string) => `(${isIdentityScope(column)} OR ${column} LIKE 'claim:%')`;

const isScopeOfResource = `NOT ${belongsToNone('s.scope')} AND s.scope NOT LIKE 'resource:%'`;

const isOfSameConsent = 'r.account_id = s.account_id AND r.client_id = s.client_id';

/**
 * Consents by resource. Before, the scopes and the resources that a user had allowed were two sets, which did not say
 * which scope was allowed where. What they surely covered is kept:
 *
 * - identity scopes and claims, for no resource (the empty text);
 * - each resource, for tokens without a scope of it;
 * - a scope that was allowed before any resource was: at the default audience of the client. Where that is the
 *   deployment's, which is a setting, ` default` stands for it until the server has started (no audience begins with
 *   a space);
 * - a scope that one request allowed together with resources: at each of these. Rows of one second are of one request
 *   where no second grant began in that second.
 *
 * Other scopes stay listed for no resource, which allows nothing: the user is asked for them again.
 */
export const consentsByResource: Migration = {
  version: 20,
  name: 'consents-by-resource',
  statements: [
    `CREATE TABLE consent_items (
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
      resource TEXT NOT NULL,
      scope TEXT NOT NULL,
      granted_at BIGINT NOT NULL,
      PRIMARY KEY (account_id, client_id, resource, scope)
    )`,
    'CREATE INDEX consent_items_by_client ON consent_items (client_id)',
    `CREATE INDEX consent_items_of_default ON consent_items (account_id) WHERE resource = ' default'`,
    `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
      SELECT account_id, client_id, '', scope, granted_at FROM consent_scopes WHERE ${belongsToNone('scope')}`,
    `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
      SELECT account_id, client_id, substr(scope, 10), 'resource:access', granted_at FROM consent_scopes
      WHERE scope LIKE 'resource:%'`,
    `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
      SELECT s.account_id, s.client_id, COALESCE(clients.audience, ' default'), s.scope, s.granted_at
      FROM consent_scopes s JOIN clients ON clients.id = s.client_id
      WHERE ${isScopeOfResource} AND NOT EXISTS (
        SELECT 1 FROM consent_scopes r
        WHERE ${isOfSameConsent} AND r.scope LIKE 'resource:%' AND r.granted_at <= s.granted_at
      )`,
    // A scope of one resource is of use there alone.
    `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
      SELECT s.account_id, s.client_id, substr(r.scope, 10), s.scope, s.granted_at
      FROM consent_scopes s
      JOIN consent_scopes r ON ${isOfSameConsent} AND r.granted_at = s.granted_at AND r.scope LIKE 'resource:%'
      LEFT JOIN scopes ON scopes.name = s.scope
      WHERE ${isScopeOfResource} AND (scopes.resource IS NULL OR scopes.resource = substr(r.scope, 10)) AND (
        SELECT COUNT(*) FROM grants
        WHERE grants.account_id = s.account_id AND grants.client_id = s.client_id
          AND grants.created_at = s.granted_at AND grants.kind = 'authorization_code'
      ) <= 1`,
    `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
      SELECT s.account_id, s.client_id, '', s.scope, s.granted_at FROM consent_scopes s
      WHERE ${isScopeOfResource} AND NOT EXISTS (
        SELECT 1 FROM consent_items i
        WHERE i.account_id = s.account_id AND i.client_id = s.client_id AND i.scope = s.scope
      )`,
    'DROP TABLE consent_scopes',
  ],
};
