import type { LocalTexts, ScopeGroupRecord, ScopeRecord } from '../ports/index.js';
import { flag, isSet, json, object } from './columns.js';
import type { ScopeGroupsTable, ScopesTable } from './schema.js';

export function scopeOf(row: ScopesTable): ScopeRecord {
  return {
    name: row.name,
    group: row.group_name,
    type: row.type as ScopeRecord['type'],
    texts: object(row.texts) as LocalTexts,
    resource: row.resource,
    needsApproval: isSet(row.needs_approval),
  };
}

export function scopeRowOf(scope: ScopeRecord): ScopesTable {
  return {
    name: scope.name,
    group_name: scope.group,
    type: scope.type,
    texts: json(scope.texts),
    resource: scope.resource,
    needs_approval: flag(scope.needsApproval),
  };
}

export function groupOf(row: ScopeGroupsTable): ScopeGroupRecord {
  return {
    name: row.name,
    writeImpliesRead: isSet(row.write_implies_read),
    texts: object(row.texts) as LocalTexts,
  };
}

export function groupRowOf(group: ScopeGroupRecord): ScopeGroupsTable {
  return { name: group.name, write_implies_read: flag(group.writeImpliesRead), texts: json(group.texts) };
}
