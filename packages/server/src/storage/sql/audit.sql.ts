import type { AuditEvent, AuditStore } from '../ports/index.js';
import type { Database } from './database.js';
import type { AuditEventsTable } from './schema.js';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

const insertEvent = defineStatement((db, p: AuditEventsTable) =>
  db.insertInto('audit_events').values({
    id: p.id,
    at: p.at,
    type: p.type,
    client_id: p.client_id,
    account_id: p.account_id,
    grant_id: p.grant_id,
  }),
);

const listEvents = defineStatement((db, p: { limit: number }) =>
  db.selectFrom('audit_events').selectAll().orderBy('at', 'desc').orderBy('id', 'desc').limit(p.limit),
);

/** Audit events in SQL. */
export function sqlAudit(database: Database): AuditStore {
  return {
    async list(limit) {
      const rows = await database.readAll(listEvents, { limit });
      return rows.map((row) => ({
        id: row.id,
        at: row.at,
        type: row.type as AuditEvent['type'],
        clientId: row.client_id,
        accountId: row.account_id,
        grantId: row.grant_id,
      }));
    },
  };
}

/** Writes an event, as part of the unit that does what it tells of. */
export function* addEvent(event: AuditEvent): Unit<void> {
  yield* execute(insertEvent, {
    id: event.id,
    at: event.at,
    type: event.type,
    client_id: event.clientId,
    account_id: event.accountId,
    grant_id: event.grantId,
  });
}
