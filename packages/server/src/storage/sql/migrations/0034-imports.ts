import type { Migration } from './migration.js';

/** Imports of users from files, and the kinds of password hashes that they brought. */
export const imports: Migration = {
  version: 34,
  name: 'imports',
  statements: [
    `CREATE TABLE imports (
      id TEXT PRIMARY KEY,
      progress TEXT NOT NULL,
      updated_at BIGINT NOT NULL
    )`,
    'ALTER TABLE accounts ADD COLUMN password_scheme TEXT',
    'CREATE INDEX accounts_by_password_scheme ON accounts (password_scheme) WHERE password_scheme IS NOT NULL',
  ],
};
