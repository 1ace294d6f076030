import type { Migration } from './migration.js';

/** Whether a grant ends with its session becomes a column. Before, it was read from the JSON of the scopes. */
export const grantsEndWithSession: Migration = {
  version: 25,
  name: 'grants-end-with-session',
  statements: [
    'ALTER TABLE grants ADD COLUMN ends_with_session INTEGER NOT NULL DEFAULT 0',
    `UPDATE grants SET ends_with_session = 1 WHERE scopes LIKE '%"openid"%' AND scopes NOT LIKE '%"offline_access"%'`,
  ],
};
