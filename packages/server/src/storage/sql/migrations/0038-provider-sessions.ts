import type { Migration } from './migration.js';

/** Sessions that began at an OpenID provider, so that a sign-out on one side can end the other. */
export const providerSessions: Migration = {
  version: 38,
  name: 'provider-sessions',
  statements: [
    `CREATE TABLE provider_sessions (
      session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
      provider TEXT NOT NULL,
      subject TEXT NOT NULL,
      sid TEXT,
      sealed_id_token TEXT
    )`,
    'CREATE INDEX provider_sessions_by_sid ON provider_sessions (provider, sid)',
    'CREATE INDEX provider_sessions_by_subject ON provider_sessions (provider, subject)',
  ],
};
