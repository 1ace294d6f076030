import type { Clock } from '../crypto/clock.js';
import { type Random, randomId } from '../crypto/random.js';
import type { AccountRecord, AuditActor, AuditEvent, ClientRecord } from '../storage/ports/index.js';

/** The fields of an event without its time. Fields that are left out are unknown or do not apply. */
export type EventDetails = Pick<AuditEvent, 'type'> & Partial<Omit<AuditEvent, 'id' | 'at'>>;

/** Creates an event with the current time. */
export type CreateEvent = (details: EventDetails) => AuditEvent;

/** Grantor itself, without a request. */
export const system: AuditActor = { type: 'system', id: null, name: null };

/** A user of the server's command line. */
export const operator: Pick<AuditEvent, 'actor' | 'via'> = {
  actor: { type: 'operator', id: null, name: null },
  via: 'command_line',
};

/** A user. */
export function userActor({ id, name }: Pick<AccountRecord, 'id' | 'name'>): AuditActor {
  return { type: 'account', id, name };
}

/** An app that acts for itself. */
export function appActor({ id, name }: Pick<ClientRecord, 'id' | 'name'>): AuditActor {
  return { type: 'client', id, name };
}

/** Events of the same second are sorted by ID, which grows within a process. */
export function createEventFactory(clock: Clock, random: Random): CreateEvent {
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

/** A number as text with the same sort order in every collation. */
function inOrder(count: number): string {
  return String(count).padStart(10, '0');
}
