import type { Migration } from './migration.js';

const isIdentityScope = (column: string) =>
  `${column} IN ('openid', 'profile', 'email', 'address', 'phone', 'offline_access')`;

/** Identity scopes and claims belong to no resource. */
const belongsToNone = (column: string) => `(${isIdentityScope(column)} OR ${column} LIKE 'claim:%')`;

const isScopeOfResource = `NOT ${belongsToNone('s.scope')} AND s.scope NOT LIKE 'resource:%'`;

const isOfSameConsent = (alias: string) =>
  `${alias}.account_id = s.account_id AND ${alias}.client_id = s.client_id`;

/** Whether a JSON list of names has this one. Neither scopes nor the URIs of resources hold a quotation mark. */
const has = (list: string, name: string) => `replace(${list}, '"' || ${name} || '"', '') <> ${list}`;

/** The consent page of that second named no resource, so that it was about the default audience of the client. */
const wasForDefaultAudience = `NOT EXISTS (
  SELECT 1 FROM consent_scopes r
  WHERE ${isOfSameConsent('r')} AND r.scope LIKE 'resource:%' AND r.granted_at <= s.granted_at
)`;

const namesNoResource = (details: string) => `replace(${details}, '"resources":', '') = ${details}`;

/** What was allowed at the default audience: the scope, or access without a scope for signing in. */
const itemAtDefaultAudience = `CASE WHEN ${belongsToNone('s.scope')} THEN 'resource:access' ELSE s.scope END`;

/** The names of one Allow, without the member that holds them: `{"allowed":["openid","files:read"]}`. */
const allowed = 'substr(e.values_after, 12)';

/**
 * Consents by resource. Before, the scopes and the resources that a user had allowed were two sets, which did not say
 * which scope was allowed where. Only what the database proves is kept, since the user is asked again for the rest:
 *
 * - identity scopes and claims, for no resource (the empty text);
 * - each resource, for tokens without a scope of it;
 * - what was allowed before any resource was: at the default audience of that time, which the grant of the same Allow
 *   tells, or the registered audience of the client if the client has not changed since;
 * - a scope at each resource that the audit trail has in the same Allow.
 *
 * Other scopes stay listed for no resource, which allows nothing.
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
    `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
      SELECT account_id, client_id, '', scope, granted_at FROM consent_scopes WHERE ${belongsToNone('scope')}`,
    `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
      SELECT account_id, client_id, substr(scope, 10), 'resource:access', granted_at FROM consent_scopes
      WHERE scope LIKE 'resource:%'`,
    // A grant has the default audience of its time, whatever the client or the deployment has now.
    `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
      SELECT s.account_id, s.client_id, g.audience, ${itemAtDefaultAudience}, MIN(s.granted_at)
      FROM consent_scopes s
      JOIN grants g ON ${isOfSameConsent('g')} AND g.created_at = s.granted_at
      WHERE s.scope NOT LIKE 'resource:%' AND g.kind = 'authorization_code' AND ${has('g.scopes', 's.scope')}
        AND ${namesNoResource('g.details')} AND ${wasForDefaultAudience}
      GROUP BY 1, 2, 3, 4
      ON CONFLICT DO NOTHING`,
    `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
      SELECT s.account_id, s.client_id, c.audience, ${itemAtDefaultAudience}, MIN(s.granted_at)
      FROM consent_scopes s
      JOIN clients c ON c.id = s.client_id
      WHERE s.scope NOT LIKE 'resource:%' AND c.audience IS NOT NULL AND c.updated_at < s.granted_at
        AND ${wasForDefaultAudience}
      GROUP BY 1, 2, 3, 4
      ON CONFLICT DO NOTHING`,
    // An event is of this consent where it is not older than both of its rows. A scope of one resource is of use there
    // alone.
    `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
      SELECT s.account_id, s.client_id, substr(r.scope, 10), s.scope, MIN(e.at)
      FROM consent_scopes s
      JOIN consent_scopes r ON ${isOfSameConsent('r')} AND r.scope LIKE 'resource:%'
      JOIN audit_events e ON ${isOfSameConsent('e')} AND e.type = 'consent.given'
        AND e.at >= s.granted_at AND e.at >= r.granted_at
        AND ${has(allowed, 's.scope')} AND ${has(allowed, 'r.scope')}
      LEFT JOIN scopes ON scopes.name = s.scope
      WHERE ${isScopeOfResource} AND (scopes.resource IS NULL OR scopes.resource = substr(r.scope, 10))
        AND NOT EXISTS (
          SELECT 1 FROM audit_events w
          WHERE ${isOfSameConsent('w')} AND w.type = 'consent.revoked' AND w.at >= e.at
        )
      GROUP BY 1, 2, 3, 4
      ON CONFLICT DO NOTHING`,
    `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
      SELECT s.account_id, s.client_id, '', s.scope, s.granted_at FROM consent_scopes s
      WHERE ${isScopeOfResource} AND NOT EXISTS (
        SELECT 1 FROM consent_items i
        WHERE i.account_id = s.account_id AND i.client_id = s.client_id AND i.scope = s.scope
      )`,
    'DROP TABLE consent_scopes',
  ],
};
