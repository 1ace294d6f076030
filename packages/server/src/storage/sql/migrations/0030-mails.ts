import type { Migration } from './migration.js';

/** Mails that wait to be sent, and the links in them that work once. */
export const mails: Migration = {
  version: 30,
  name: 'mails',
  statements: [
    `CREATE TABLE mails (
      id TEXT PRIMARY KEY,
      template TEXT NOT NULL,
      sealed TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      attempts BIGINT NOT NULL,
      next_attempt_at BIGINT,
      handed_over_at BIGINT
    )`,
    'CREATE INDEX mails_due ON mails (next_attempt_at) WHERE next_attempt_at IS NOT NULL',
    'CREATE INDEX mails_handed_over ON mails (handed_over_at) WHERE handed_over_at IS NOT NULL',
    `CREATE TABLE account_links (
      token_hash TEXT PRIMARY KEY,
      purpose TEXT NOT NULL,
      account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
      email TEXT NOT NULL,
      payload TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL
    )`,
    'CREATE INDEX account_links_by_account ON account_links (account_id) WHERE account_id IS NOT NULL',
    'CREATE INDEX account_links_by_expiry ON account_links (expires_at)',
  ],
};
