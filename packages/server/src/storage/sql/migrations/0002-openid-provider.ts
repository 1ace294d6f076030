import type { Migration } from './migration.js';

/** The metadata of clients, the details of requests and the claims of users of OpenID Connect, each as one JSON object. */
export const openidProvider: Migration = {
  version: 2,
  name: 'openid-provider',
  statements: [
    "ALTER TABLE clients ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}'",
    'ALTER TABLE clients ADD COLUMN sealed_secret TEXT',
    "ALTER TABLE accounts ADD COLUMN claims TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE grants ADD COLUMN details TEXT NOT NULL DEFAULT '{}'",
  ],
};
