import type { AuditEvent, AuditStore, Note } from '../ports/index.js';
import { listEvents } from './audit-list.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineInsertMany } from './insert-many.js';
import { defineStatement } from './statement.js';
import { auditEventsTable } from './tables/audit-events.table.js';
import { execute, type Unit } from './unit.js';

type EventRow = TableRow<typeof auditEventsTable>;

const insertOne = defineStatement((db, p: EventRow) =>
  db.insertInto('audit_events').values(auditEventsTable.values(p)),
);

const insertEvents = defineInsertMany(auditEventsTable);

/** Reads the oldest events from the index of the lists. */
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
    addAll: (events) => database.unit(() => noteAllDown((event: AuditEvent) => event, events)),
    list: (page, filter = {}) => listEvents(database, page, filter),
    purge: (before, limit) => database.write(deleteOldest, { before, limit }),
  };
}

/** Writes an event in the unit of its change. */
export function* addEvent(event: AuditEvent): Unit<void> {
  yield* execute(insertOne, auditEventsTable.rowOf(event));
}

/** Writes the event of a change in the same unit. */
export function* noteDown<T>(note: Note<T> | undefined, done: T): Unit<void> {
  const event = note?.(done);
  if (event !== undefined) yield* addEvent(event);
}

/** The same for many changes of one unit. */
export function* noteAllDown<T>(note: Note<T> | undefined, done: readonly T[]): Unit<void> {
  const events = done.map((each) => note?.(each)).filter((event) => event !== undefined);
  yield* insertEvents(events.map(auditEventsTable.rowOf));
}
