import type { GroupRecord } from '../../ports/index.js';
import { nullable, withComputed } from '../codec/compound.js';
import { text, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Groups of users. */
export const groupsTable = defineTable('groups', {
  id: text('id'),
  origin: text('origin'),
  name: withComputed(text('name'), text('name_key'), groupNameKey),
  externalId: nullable(text('external_id')),
  createdAt: time('created_at'),
  updatedAt: time('updated_at'),
} satisfies FieldsFor<GroupRecord>);

/** The users in groups. */
export const groupMembersTable = defineTable('group_members', {
  groupId: text('group_id'),
  accountId: text('account_id'),
});

/** Names that differ only in case or composition are the same. */
export function groupNameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
