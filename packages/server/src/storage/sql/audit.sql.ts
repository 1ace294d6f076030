import type { AuditActor, AuditEvent, AuditStore, Note } from '../ports/index.js';
import { json, object } from './columns.js';
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
    actor_type: p.actor_type,
    actor_id: p.actor_id,
    actor_name: p.actor_name,
    via: p.via,
    address: p.address,
    target_type: p.target_type,
    target_id: p.target_id,
    values_before: p.values_before,
    values_after: p.values_after,
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
      return rows.map(eventOf);
    },
  };
}

function eventOf(row: AuditEventsTable): AuditEvent {
  return {
    id: row.id,
    at: row.at,
    type: row.type as AuditEvent['type'],
    actor: { type: row.actor_type as AuditActor['type'], id: row.actor_id, name: row.actor_name },
    via: row.via,
    address: row.address,
    target:
      row.target_type === null || row.target_id === null
        ? null
        : { type: row.target_type, id: row.target_id },
    before: row.values_before === null ? null : object(row.values_before),
    after: row.values_after === null ? null : object(row.values_after),
    clientId: row.client_id,
    accountId: row.account_id,
    grantId: row.grant_id,
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
    actor_type: event.actor.type,
    actor_id: event.actor.id,
    actor_name: event.actor.name,
    via: event.via,
    address: event.address,
    target_type: event.target?.type ?? null,
    target_id: event.target?.id ?? null,
    values_before: event.before === null ? null : json(event.before),
    values_after: event.after === null ? null : json(event.after),
  });
}

/** Writes what a verb wants remembered of what it did, as part of its unit. */
export function* noteDown<T>(note: Note<T> | undefined, done: T): Unit<void> {
  const event = note?.(done);
  if (event !== undefined) yield* addEvent(event);
}
