import type { Clock } from '../crypto/clock.js';
import { type Random, randomId } from '../crypto/random.js';
import type { AccountRecord, AuditActor, AuditEvent, ClientRecord } from '../storage/ports/index.js';

/** What an event says beyond when it happened; what is left out is not known or plays no part. */
export type EventDetails = Pick<AuditEvent, 'type'> & Partial<Omit<AuditEvent, 'id' | 'at'>>;

/** Makes an event of something that happens now. */
export type DescribeEvent = (details: EventDetails) => AuditEvent;

/** Grantor by itself: nobody asked for it. */
export const system: AuditActor = { type: 'system', id: null, name: null };

/** Whoever has the command line of the server, and so its database. */
export const operator: Pick<AuditEvent, 'actor' | 'via'> = {
  actor: { type: 'operator', id: null, name: null },
  via: 'command_line',
};

/** A person. */
export function personAs({ id, name }: Pick<AccountRecord, 'id' | 'name'>): AuditActor {
  return { type: 'account', id, name };
}

/** An app, for itself. */
export function appAs({ id, name }: Pick<ClientRecord, 'id' | 'name'>): AuditActor {
  return { type: 'client', id, name };
}

/** Events of one second are listed in the order in which a process made them: their IDs grow. */
export function createEvents(clock: Clock, random: Random): DescribeEvent {
  let count = 0;
  return (details) => ({
    id: `${inOrder(count++)}-${randomId(random)}`,
    at: clock(),
    actor: system,
    via: null,
    address: null,
    target: null,
    before: null,
    after: null,
    clientId: null,
    accountId: null,
    grantId: null,
    ...details,
  });
}

/** A number as text that sorts as the number does, in every collation. */
function inOrder(count: number): string {
  return String(count).padStart(10, '0');
}
