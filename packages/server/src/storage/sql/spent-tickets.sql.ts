import type { AuditEvent, SpentTicketStore, TicketToSpend } from '../ports/index.js';
import { addEvent } from './audit.sql.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { spentTicketsTable } from './tables/used-once.table.js';
import { execute, type Unit } from './unit.js';

const insertTicket = defineStatement((db, p: TableRow<typeof spentTicketsTable>) =>
  db
    .insertInto('spent_tickets')
    .values(spentTicketsTable.values(p))
    .onConflict((conflict) => conflict.column('id').doNothing()),
);

const findTicket = defineStatement((db, p: { id: string }) =>
  db.selectFrom('spent_tickets').select('id').where('id', '=', p.id),
);

const deleteExpired = defineStatement((db, p: { before: number; limit: number }) =>
  db
    .deleteFrom('spent_tickets')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('spent_tickets')
        .select('id')
        .where('expires_at', '<=', p.before)
        .orderBy('expires_at')
        .limit(p.limit),
    ),
);

/** Spent tickets in SQL. */
export function sqlSpentTickets(database: Database): SpentTicketStore {
  return {
    async isSpent(id) {
      return (await database.readFirst(findTicket, { id })) !== undefined;
    },
    spend: (ticket, event) => database.unit(() => spend(ticket, event)),
    purge: (expiredBefore, limit) => database.write(deleteExpired, { before: expiredBefore, limit }),
  };
}

/** Spends a ticket, as part of a unit. @returns false if it was spent before */
export function* spendTicket(ticket: TicketToSpend): Unit<boolean> {
  return (yield* execute(insertTicket, spentTicketsTable.rowOf(ticket))) === 1;
}

function* spend(ticket: TicketToSpend, event: AuditEvent | undefined): Unit<'spent' | 'alreadySpent'> {
  if (!(yield* spendTicket(ticket))) return 'alreadySpent';
  if (event !== undefined) yield* addEvent(event);
  return 'spent';
}
