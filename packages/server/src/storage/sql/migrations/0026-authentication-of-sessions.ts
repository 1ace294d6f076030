import type { Migration } from './migration.js';

/** Sessions keep how the user signed in. Before, a password was the only way. */
export const authenticationOfSessions: Migration = {
  version: 26,
  name: 'authentication-of-sessions',
  statements: [
    `ALTER TABLE sessions ADD COLUMN acr TEXT NOT NULL
      DEFAULT 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'`,
    `ALTER TABLE sessions ADD COLUMN amr TEXT NOT NULL DEFAULT '["pwd"]'`,
  ],
};
