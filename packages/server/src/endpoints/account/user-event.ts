import type { Session } from '../../accounts/sign-in.js';
import { type CreateEvent, type EventDetails, userActor } from '../../audit/events.js';
import type { AuditEvent } from '../../storage/ports/index.js';
import type { EndpointRequest } from '../endpoint.js';

/** Creates the audit event of what a user did on their account page. */
export function userEvent(
  createEvent: CreateEvent,
  { account }: Session,
  { address }: Pick<EndpointRequest, 'address'>,
): (details: EventDetails) => AuditEvent {
  return (details) => createEvent({ ...details, actor: userActor(account), via: 'session', address });
}
