import type { AuditEvent, AuditStore, Note } from '../ports/index.js';
import { listEvents } from './audit-list.sql.js';
import { json } from './columns.js';
import type { Database } from './database.js';
import type { AuditEventsTable } from './schema.js';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

const insertEvent = defineStatement((db, p: AuditEventsTable) =>
  db.insertInto('audit_events').values({
    id: p.id,
    at: p.at,
    type: p.type,
    type_group: p.type_group,
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

/** From the old end of the index that lists are read from. */
const deleteOldest = defineStatement((db, p: { before: number; limit: number }) =>
  db
    .deleteFrom('audit_events')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('audit_events')
        .select('id')
        .where('at', '<', p.before)
        .orderBy('at')
        .orderBy('id')
        .limit(p.limit),
    ),
);

/** Audit events in SQL. */
export function sqlAudit(database: Database): AuditStore {
  return {
    add: (event) => database.unit(() => addEvent(event)),
    list: (page, filter = {}) => listEvents(database, page, filter),
    purge: (before, limit) => database.write(deleteOldest, { before, limit }),
  };
}

/** Writes an event, as part of the unit that does what it tells of. */
export function* addEvent(event: AuditEvent): Unit<void> {
  yield* execute(insertEvent, {
    id: event.id,
    at: event.at,
    type: event.type,
    type_group: groupOf(event.type),
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

/** What comes before the first dot, by which types are found together. */
function groupOf(type: string): string {
  return type.split('.', 1)[0] ?? type;
}
