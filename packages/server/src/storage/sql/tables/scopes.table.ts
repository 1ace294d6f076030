import type { ScopeGroupRecord, ScopeRecord } from '../../ports/index.js';
import { nullable } from '../codec/compound.js';
import { flag, integer, json, text } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Scopes that the administrator defined. */
export const scopesTable = defineTable('scopes', {
  name: text('name'),
  group: text('group_name'),
  type: text('type'),
  texts: json('texts'),
  resource: nullable(text('resource')),
  needsApproval: flag('needs_approval'),
  isOptional: flag('is_optional'),
  consentSeconds: integer('consent_seconds'),
} satisfies FieldsFor<ScopeRecord>);

/** Groups of scopes. */
export const scopeGroupsTable = defineTable('scope_groups', {
  name: text('name'),
  writeImpliesRead: flag('write_implies_read'),
  texts: json('texts'),
} satisfies FieldsFor<ScopeGroupRecord>);
