import type { Migration } from './migration.js';

/** Values of the whole deployment, which are set once and never change. */
export const deploymentValues: Migration = {
  version: 3,
  name: 'deployment-values',
  statements: ['CREATE TABLE deployment_values (name TEXT PRIMARY KEY, value TEXT NOT NULL)'],
};
