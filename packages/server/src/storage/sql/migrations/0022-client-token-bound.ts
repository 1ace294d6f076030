import type { Migration } from './migration.js';

/** Finds the tokens of a client that end first, so that keeping their number bounded costs little. */
export const clientTokenBound: Migration = {
  version: 22,
  name: 'client-token-bound',
  statements: [
    'CREATE INDEX client_access_tokens_of_client ON client_access_tokens (client_id, expires_at DESC, hash)',
    'DROP INDEX client_access_tokens_by_client',
  ],
};
