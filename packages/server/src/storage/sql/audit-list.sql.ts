import { type RawBuilder, sql } from 'kysely';
import type { AuditEvent, AuditFilter, Page, PageRequest } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement, type Statement } from './statement.js';
import { auditEventsTable } from './tables/audit-events.table.js';

type EventRow = TableRow<typeof auditEventsTable>;

/** The parameters of a list of events. */
interface ListParams {
  limit: number;
  type: string;
  typeGroup: string;
  actorId: string;
  clientId: string;
  accountId: string;
  targetType: string;
  targetId: string;
  from: number;
  to: number;
  /** Where the previous page ended. */
  afterAt: number;
  afterId: string;
}

/** The condition of each filter. Each has an index in which the newest events come first. */
const conditions = {
  type: (p) => sql`type = ${p.type}`,
  typeGroup: (p) => sql`type_group = ${p.typeGroup}`,
  actorId: (p) => sql`actor_id = ${p.actorId}`,
  clientId: (p) => sql`client_id = ${p.clientId}`,
  accountId: (p) => sql`account_id = ${p.accountId}`,
  targetType: (p) => sql`target_type = ${p.targetType}`,
  targetId: (p) => sql`target_id = ${p.targetId}`,
  from: (p) => sql`at >= ${p.from}`,
  to: (p) => sql`at < ${p.to}`,
  afterId: (p) => sql`(at, id) < (${p.afterAt}, ${p.afterId})`,
} satisfies Record<string, (p: ListParams) => RawBuilder<unknown>>;

type Condition = keyof typeof conditions;

const names = Object.keys(conditions) as readonly Condition[];

/** Each combination of filters is a statement of its own, so that the database plans for it. */
const statements = new Map<string, Statement<ListParams, EventRow>>();

/** The statement that lists by exactly these conditions. */
export function listStatement(given: readonly Condition[]): Statement<ListParams, EventRow> {
  const wanted = names.filter((name) => given.includes(name));
  const key = wanted.join(' ');
  const known = statements.get(key);
  if (known !== undefined) return known;
  const statement = defineStatement<ListParams, EventRow>((db, p) => {
    const all = wanted.map((name) => conditions[name](p));
    const where = all.length === 0 ? sql`` : sql`where ${sql.join(all, sql` and `)}`;
    return {
      compile: () =>
        sql<EventRow>`select * from audit_events ${where} order by at desc, id desc limit ${p.limit}`.compile(
          db,
        ),
    };
  });
  statements.set(key, statement);
  return statement;
}

/** One page of the events that match the filter. */
export async function listEvents(
  database: Database,
  { limit, after }: PageRequest,
  filter: AuditFilter,
): Promise<Page<AuditEvent>> {
  const asked: Readonly<Record<string, string | number | undefined>> = {
    ...filter,
    ...(after === null ? {} : { afterAt: after.createdAt, afterId: after.id }),
    // One row more than requested shows whether there is a next page.
    limit: limit + 1,
  };
  const statement = listStatement(names.filter((name) => asked[name] !== undefined));
  const rows = await database.readAll(statement, asked as unknown as ListParams);
  const items = rows.slice(0, limit).map(auditEventsTable.recordOf);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, next: more ? { createdAt: last.at, id: last.id } : null };
}
