import type { Migration } from './migration.js';

/** Mails whose process ended while it sent them wait for a decision of an administrator. */
export const mailsInDoubt: Migration = {
  version: 39,
  name: 'mails-in-doubt',
  statements: [
    "ALTER TABLE mails ADD COLUMN state TEXT NOT NULL DEFAULT 'waiting'",
    'CREATE INDEX mails_newest_first ON mails (created_at DESC, id DESC)',
    'CREATE INDEX mails_of_state ON mails (state, created_at DESC, id DESC)',
  ],
};
