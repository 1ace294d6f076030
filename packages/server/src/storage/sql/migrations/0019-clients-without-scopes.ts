import type { Migration } from './migration.js';

/** The scopes of OpenID Connect that every deployment had when this migration was written. */
const openid = '"openid","profile","email","address","phone","offline_access"';

/**
 * A client without scopes could request every scope without approval, including those that the operator defined later. It now
 * has the scopes by name that it could request, so that it keeps working and gets no others.
 */
export const clientsWithoutScopes: Migration = {
  version: 19,
  name: 'clients-without-scopes',
  statements: [
    // Names of scopes have no character that JSON escapes (RFC 6749 §3.3).
    `UPDATE clients SET scopes = '[${openid}' || COALESCE(
      (SELECT ',"' || string_agg(name, '","' ORDER BY name) || '"' FROM scopes WHERE needs_approval = 0), ''
    ) || ']' WHERE scopes = '[]'`,
  ],
};
