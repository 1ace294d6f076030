import type { Migration } from './migration.js';

/** How long consent to a scope lasts. */
export const consentSecondsOfScopes: Migration = {
  version: 37,
  name: 'consent-seconds-of-scopes',
  statements: ['ALTER TABLE scopes ADD COLUMN consent_seconds BIGINT NOT NULL DEFAULT 0'],
};
