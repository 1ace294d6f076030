import type { Migration } from './migration.js';

/** When a key begins to sign, and how long its tokens live. Existing keys sign already. */
export const keyRotation: Migration = {
  version: 7,
  name: 'key-rotation',
  statements: [
    'ALTER TABLE signing_keys ADD COLUMN signs_from BIGINT',
    'ALTER TABLE signing_keys ADD COLUMN token_seconds BIGINT NOT NULL DEFAULT 0',
    'UPDATE signing_keys SET signs_from = created_at',
  ],
};
