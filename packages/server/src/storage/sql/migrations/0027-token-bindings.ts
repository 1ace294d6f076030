import type { Migration } from './migration.js';

/** The binding of tokens that storage keeps. Tokens from before are bearer tokens: null. */
export const tokenBindings: Migration = {
  version: 27,
  name: 'token-bindings',
  statements: [
    'ALTER TABLE opaque_access_tokens ADD COLUMN binding TEXT',
    'ALTER TABLE client_access_tokens ADD COLUMN binding TEXT',
    'ALTER TABLE refresh_token_families ADD COLUMN binding TEXT',
  ],
};
