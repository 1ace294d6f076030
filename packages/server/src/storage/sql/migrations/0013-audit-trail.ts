import type { Migration } from './migration.js';

/** The actor, address and target of an event, and the values before and after. */
export const auditTrail: Migration = {
  version: 13,
  name: 'audit-trail',
  statements: [
    // The part before the dot: its index has all types of a group in the order of time.
    "ALTER TABLE audit_events ADD COLUMN type_group TEXT NOT NULL DEFAULT ''",
    'UPDATE audit_events SET type_group = type',
    "ALTER TABLE audit_events ADD COLUMN actor_type TEXT NOT NULL DEFAULT 'system'",
    'ALTER TABLE audit_events ADD COLUMN actor_id TEXT',
    'ALTER TABLE audit_events ADD COLUMN actor_name TEXT',
    'ALTER TABLE audit_events ADD COLUMN via TEXT',
    'ALTER TABLE audit_events ADD COLUMN address TEXT',
    'ALTER TABLE audit_events ADD COLUMN target_type TEXT',
    'ALTER TABLE audit_events ADD COLUMN target_id TEXT',
    'ALTER TABLE audit_events ADD COLUMN values_before TEXT',
    'ALTER TABLE audit_events ADD COLUMN values_after TEXT',
    'CREATE INDEX audit_events_of_type ON audit_events (type, at DESC, id DESC)',
    'CREATE INDEX audit_events_of_type_group ON audit_events (type_group, at DESC, id DESC)',
    'CREATE INDEX audit_events_of_actor ON audit_events (actor_id, at DESC, id DESC)',
    'CREATE INDEX audit_events_of_client ON audit_events (client_id, at DESC, id DESC)',
    'CREATE INDEX audit_events_of_account ON audit_events (account_id, at DESC, id DESC)',
    'CREATE INDEX audit_events_of_target_type ON audit_events (target_type, at DESC, id DESC)',
    'CREATE INDEX audit_events_of_target ON audit_events (target_id, at DESC, id DESC)',
  ],
};
