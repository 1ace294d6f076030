import type { Clock } from '../crypto/clock.js';
import { type Random, randomId } from '../crypto/random.js';
import type { AuditEvent, AuditEventType, GrantRecord } from '../storage/ports/index.js';

/** Makes the event that tells of something spent that came back. */
export type DescribeReuse = (type: AuditEventType, grant: GrantRecord) => AuditEvent;

export function createReuseEvents(clock: Clock, random: Random): DescribeReuse {
  return (type, grant) => ({
    id: randomId(random),
    at: clock(),
    type,
    clientId: grant.clientId,
    accountId: grant.accountId,
    grantId: grant.id,
  });
}
