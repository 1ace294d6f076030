import type { ConsentItem } from '../ports/index.js';

/** What stands in the column of the resource for an item of no resource. */
export const NO_RESOURCE = '';

/** The columns of a consent item that say what it is. */
export interface ItemRow {
  resource: string;
  scope: string;
}

export function itemOf({ resource, scope }: ItemRow): ConsentItem {
  return { resource: resource === NO_RESOURCE ? null : resource, name: scope };
}
