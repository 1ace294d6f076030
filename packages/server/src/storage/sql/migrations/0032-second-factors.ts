import type { Migration } from './migration.js';

/** Passkeys, keys of authenticator apps, recovery codes and remembered devices. */
export const secondFactors: Migration = {
  version: 32,
  name: 'second-factors',
  statements: [
    `CREATE TABLE passkeys (
      id TEXT PRIMARY KEY,
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      public_key TEXT NOT NULL,
      counter BIGINT NOT NULL,
      transports TEXT NOT NULL,
      backup_eligible BIGINT NOT NULL,
      backed_up BIGINT NOT NULL,
      name TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      last_used_at BIGINT
    )`,
    'CREATE INDEX passkeys_of_account ON passkeys (account_id)',
    `CREATE TABLE totp_keys (
      account_id TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
      sealed_key TEXT NOT NULL,
      last_step BIGINT NOT NULL,
      created_at BIGINT NOT NULL
    )`,
    `CREATE TABLE recovery_codes (
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      hash TEXT NOT NULL,
      PRIMARY KEY (account_id, hash)
    )`,
    `CREATE TABLE remembered_devices (
      id TEXT PRIMARY KEY,
      account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
      token_hash TEXT NOT NULL,
      name TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL
    )`,
    'CREATE INDEX remembered_devices_of_account ON remembered_devices (account_id)',
    'CREATE INDEX remembered_devices_by_token ON remembered_devices (token_hash)',
    'CREATE INDEX remembered_devices_by_expiry ON remembered_devices (expires_at)',
  ],
};
