import type { Migration } from './migration.js';

const MARKER = 'docspace-scopes';

const isMarked = `EXISTS (SELECT 1 FROM deployment_values WHERE name = '${MARKER}')`;

const isInUse = ['signing_keys', 'accounts', 'clients', 'api_keys']
  .map((table) => `EXISTS (SELECT 1 FROM ${table})`)
  .join(' OR ');

/**
 * The scopes of DocSpace belong to its compatibility mode. A database in use keeps its scopes and gets a marker, so that the
 * mode does not add scopes that the operator deleted. A new database has none of them.
 */
export const scopesOfDocspace: Migration = {
  version: 24,
  name: 'scopes-of-docspace',
  statements: [
    `INSERT INTO deployment_values (name, value) SELECT '${MARKER}', 'migrated' WHERE ${isInUse}`,
    `DELETE FROM scopes WHERE group_name IN ('accounts', 'profiles', 'rooms') AND NOT ${isMarked}`,
    `DELETE FROM scope_groups WHERE name IN ('accounts', 'profiles', 'rooms') AND NOT ${isMarked}`,
  ],
};
