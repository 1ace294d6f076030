import type { Migration } from './migration.js';

/** The users of other systems, each with the account that it signs in to. */
export const externalIdentities: Migration = {
  version: 33,
  name: 'external-identities',
  statements: [
    `CREATE TABLE external_identities (
      provider TEXT NOT NULL,
      subject TEXT NOT NULL,
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      label TEXT,
      manages_profile INTEGER NOT NULL,
      created_at BIGINT NOT NULL,
      last_used_at BIGINT NOT NULL,
      PRIMARY KEY (provider, subject)
    )`,
    'CREATE INDEX external_identities_of_account ON external_identities (account_id)',
  ],
};
