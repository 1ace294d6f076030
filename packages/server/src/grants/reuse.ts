import type { CreateEvent } from '../audit/events.js';
import type { AuditEvent, AuditEventType, GrantRecord } from '../storage/ports/index.js';

/** Makes the event that tells of something spent that came back. */
export type DescribeReuse = (type: AuditEventType, grant: GrantRecord) => AuditEvent;

export function createReuseEvents(createEvent: CreateEvent): DescribeReuse {
  return (type, grant) =>
    createEvent({ type, clientId: grant.clientId, accountId: grant.accountId, grantId: grant.id });
}
