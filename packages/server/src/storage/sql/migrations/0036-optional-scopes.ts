import type { Migration } from './migration.js';

/** Operators mark the scopes that users can leave out. */
export const optionalScopes: Migration = {
  version: 36,
  name: 'optional-scopes',
  statements: ['ALTER TABLE scopes ADD COLUMN is_optional INTEGER NOT NULL DEFAULT 0'],
};
