import type { Migration } from './migration.js';

/** What the whole deployment agrees on, made once and never changed. */
export const deploymentValues: Migration = {
  version: 3,
  name: 'deployment-values',
  statements: ['CREATE TABLE deployment_values (name TEXT PRIMARY KEY, value TEXT NOT NULL)'],
};
