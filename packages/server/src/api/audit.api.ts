import { z } from 'zod';
import { json } from '../endpoints/endpoint.js';
import type { AuditEvent, AuditFilter, AuditStore } from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import { defineOperation, type Operation } from './operation.js';
import { pageQuery, pageSchema, pageStart, representPage } from './page.js';

/** The characters of all IDs in events. Other characters never reach the database. */
const id = z.string().regex(/^[\x21-\x7e]{1,256}$/, 'is not an ID');

const type = z
  .string()
  .regex(
    /^[a-z][a-z_]{0,63}(?:\.(?:\*|[a-z][a-z_]{0,63}))?$/,
    'is not a type, such as client.created or client.*',
  )
  .meta({ description: 'One type, such as `client.created`, or a group of types: `client.*`' });

const values = z.record(z.string(), z.unknown()).nullable();

const auditEventSchema = z
  .object({
    id: z.string(),
    created_on: timestamp,
    type: z.string(),
    actor: z.object({
      type: z.enum(['account', 'api_key', 'client', 'operator', 'system']),
      id: z.string().nullable(),
      name: z.string().nullable().meta({ description: 'The name at the time of the event' }),
    }),
    via: z
      .string()
      .nullable()
      .meta({ description: 'The credential of the actor: `session`, `api_key:<id>`' }),
    address: z.string().nullable().meta({ description: 'The network address of the request' }),
    target: z.object({ type: z.string(), id: z.string() }).nullable(),
    before: values.meta({ description: 'The changed fields before the event' }),
    after: values.meta({ description: 'The changed fields after the event' }),
    client_id: z.string().nullable(),
    account_id: z.string().nullable(),
    grant_id: z.string().nullable(),
  })
  .meta({ id: 'AuditEvent' });

const query = pageQuery('event', id).extend({
  type: type.optional(),
  actor_id: id.optional(),
  client_id: id.optional(),
  account_id: id.optional(),
  target_type: id.optional(),
  target_id: id.optional(),
  from: timestamp.optional().meta({ description: 'Only events at or after this time' }),
  to: timestamp.optional().meta({ description: 'Only events before this time' }),
});

/** `/audit`: the audit trail. */
export function auditApi(audit: AuditStore): readonly Operation[] {
  const list = defineOperation({
    id: 'listAuditEvents',
    method: 'GET',
    paths: ['/api/2.0/audit'],
    tag: 'Audit trail',
    summary: 'List the audit events, newest first',
    description:
      'Filters can be combined: the response has the events that match all of them. No event holds a secret.',
    access: { role: 'administrator', scope: 'grantor.audit:read' },
    query,
    responses: { 200: { description: 'A page of events', schema: pageSchema('event', auditEventSchema) } },
    async handle({ query: asked }) {
      const { limit, last_event_id: lastId, last_created_on: lastCreatedOn } = asked;
      const after = pageStart('event', lastId, lastCreatedOn);
      const page = await audit.list({ limit, after }, filterOf(asked));
      const items = page.items.map(representEvent);
      return json(
        200,
        representPage('event', { items, next: page.next }, limit, (item) => item),
      );
    },
  });
  return [list];
}

function filterOf(asked: z.output<typeof query>): AuditFilter {
  const isGroup = asked.type?.endsWith('.*') === true;
  return {
    type: isGroup ? undefined : asked.type,
    typeGroup: isGroup ? asked.type?.slice(0, -2) : undefined,
    actorId: asked.actor_id,
    clientId: asked.client_id,
    accountId: asked.account_id,
    targetType: asked.target_type,
    targetId: asked.target_id,
    from: asked.from === undefined ? undefined : secondsFrom(asked.from),
    to: asked.to === undefined ? undefined : secondsFrom(asked.to),
  };
}

/** Rounds up to a whole second, since events have whole seconds. */
function secondsFrom(time: string): number {
  return Math.ceil(Date.parse(time) / 1000);
}

function representEvent(event: AuditEvent): z.input<typeof auditEventSchema> {
  return {
    id: event.id,
    created_on: isoTime(event.at),
    type: event.type,
    actor: event.actor,
    via: event.via,
    address: event.address,
    target: event.target,
    before: event.before,
    after: event.after,
    client_id: event.clientId,
    account_id: event.accountId,
    grant_id: event.grantId,
  };
}
