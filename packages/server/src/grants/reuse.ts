import type { CreateEvent } from '../audit/events.js';
import type { AuditEvent, AuditEventType, GrantRecord } from '../storage/ports/index.js';

/** Creates the audit event of the reuse of a code or token. */
export type CreateReuseEvent = (type: AuditEventType, grant: GrantRecord) => AuditEvent;

export function createReuseEvents(createEvent: CreateEvent): CreateReuseEvent {
  return (type, grant) =>
    createEvent({ type, clientId: grant.clientId, accountId: grant.accountId, grantId: grant.id });
}
