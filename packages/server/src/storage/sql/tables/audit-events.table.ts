import type { AuditActor, AuditEvent } from '../../ports/index.js';
import { group, nullable, withComputed } from '../codec/compound.js';
import { json, text, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Audit events, without any secret. */
export const auditEventsTable = defineTable('audit_events', {
  id: text('id'),
  at: time('at'),
  type: withComputed(text('type'), text('type_group'), typeGroupOf),
  actor: group({
    type: text('actor_type'),
    id: nullable(text('actor_id')),
    name: nullable(text('actor_name')),
  } satisfies FieldsFor<AuditActor>),
  via: nullable(text('via')),
  address: nullable(text('address')),
  target: nullable(
    group({ type: text('target_type'), id: text('target_id') } satisfies FieldsFor<
      NonNullable<AuditEvent['target']>
    >),
  ),
  before: nullable(json('values_before')),
  after: nullable(json('values_after')),
  clientId: nullable(text('client_id')),
  accountId: nullable(text('account_id')),
  grantId: nullable(text('grant_id')),
} satisfies FieldsFor<AuditEvent>);

/** The part of a type before its first dot. */
function typeGroupOf(type: string): string {
  return type.split('.', 1)[0] ?? type;
}
