import type { AuditEvent, AuditStore, Note } from '../ports/index.js';
import { listEvents } from './audit-list.sql.js';
import type { SqlValue } from './codec/field.js';
import { json } from './columns.js';
import type { Database } from './database.js';
import type { AuditEventsTable } from './schema.js';
import { defineStatement } from './statement.js';
import { execute, type Unit } from './unit.js';

const columns = [
  'id',
  'at',
  'type',
  'type_group',
  'client_id',
  'account_id',
  'grant_id',
  'actor_type',
  'actor_id',
  'actor_name',
  'via',
  'address',
  'target_type',
  'target_id',
  'values_before',
  'values_after',
] as const satisfies readonly (keyof AuditEventsTable)[];

type Params = Readonly<Record<string, SqlValue>>;

/** @param place tells the parameters of one row from those of another */
const rowAt = (p: Params, place: number | '') =>
  Object.fromEntries(
    columns.map((column) => [column, p[`${column}${place}`]]),
  ) as unknown as AuditEventsTable;

const insertOne = defineStatement((db, p: Params) => db.insertInto('audit_events').values(rowAt(p, '')));

/** Of many events so many go into one statement: over a network, the way there costs more than the row. */
const EVENTS_PER_STATEMENT = 20;

const insertMany = defineStatement((db, p: Params) =>
  db
    .insertInto('audit_events')
    .values(Array.from({ length: EVENTS_PER_STATEMENT }, (_, place) => rowAt(p, place))),
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
    addAll: (events) => database.unit(() => noteAllDown((event: AuditEvent) => event, events)),
    list: (page, filter = {}) => listEvents(database, page, filter),
    purge: (before, limit) => database.write(deleteOldest, { before, limit }),
  };
}

/** Writes an event, as part of the unit that does what it tells of. */
export function* addEvent(event: AuditEvent): Unit<void> {
  yield* execute(insertOne, { ...rowOf(event) });
}

/** Writes what a verb wants remembered of what it did, as part of its unit. */
export function* noteDown<T>(note: Note<T> | undefined, done: T): Unit<void> {
  const event = note?.(done);
  if (event !== undefined) yield* addEvent(event);
}

/** The same of a verb that did a thing many times. */
export function* noteAllDown<T>(note: Note<T> | undefined, done: readonly T[]): Unit<void> {
  const events = done.map((each) => note?.(each)).filter((event) => event !== undefined);
  let start = 0;
  for (; events.length - start >= EVENTS_PER_STATEMENT; start += EVENTS_PER_STATEMENT) {
    const some = events.slice(start, start + EVENTS_PER_STATEMENT).map(rowOf);
    yield* execute(insertMany, Object.fromEntries(some.flatMap(placed)));
  }
  for (const event of events.slice(start)) yield* addEvent(event);
}

const placed = (row: AuditEventsTable, place: number) =>
  columns.map((column) => [`${column}${place}`, row[column]] as const);

function rowOf(event: AuditEvent): AuditEventsTable {
  return {
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
  };
}

/** What comes before the first dot, by which types are found together. */
function groupOf(type: string): string {
  return type.split('.', 1)[0] ?? type;
}
