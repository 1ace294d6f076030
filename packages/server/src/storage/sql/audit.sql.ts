import type { AuditEvent, AuditStore, Note } from '../ports/index.js';
import { listEvents } from './audit-list.sql.js';
import type { SqlValue } from './codec/field.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { auditEventsTable } from './tables/audit-events.table.js';
import { execute, type Unit } from './unit.js';

type EventRow = TableRow<typeof auditEventsTable>;

const columns = auditEventsTable.columnNames;

type Params = Readonly<Record<string, SqlValue>>;

/** @param place the number of the row in a statement with many. Its parameters end with it */
const rowAt = (p: Params, place: number) =>
  Object.fromEntries(columns.map((column) => [column, p[`${column}${place}`]])) as unknown as EventRow;

const insertOne = defineStatement((db, p: EventRow) =>
  db.insertInto('audit_events').values(auditEventsTable.values(p)),
);

/** How many events one statement writes: over a network, the round trip costs more than the rows. */
const EVENTS_PER_STATEMENT = 20;

const insertMany = defineStatement((db, p: Params) =>
  db
    .insertInto('audit_events')
    .values(Array.from({ length: EVENTS_PER_STATEMENT }, (_, place) => rowAt(p, place))),
);

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
  let start = 0;
  for (; events.length - start >= EVENTS_PER_STATEMENT; start += EVENTS_PER_STATEMENT) {
    const some = events.slice(start, start + EVENTS_PER_STATEMENT).map(auditEventsTable.rowOf);
    yield* execute(insertMany, Object.fromEntries(some.flatMap(placed)));
  }
  for (const event of events.slice(start)) yield* addEvent(event);
}

const placed = (row: EventRow, place: number) =>
  columns.map((column) => [`${column}${place}`, row[column]] as const);
