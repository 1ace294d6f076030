import type { GrantRecord } from './grants.port.js';
import type { Page, PageRequest } from './page.js';

/** A grant as lists show it. */
export interface ListedGrant extends GrantRecord {
  readonly clientName: string;
}

/** Whose grants to list: a person's, a client's, or what the one gave to the other. */
export type GrantFilter =
  | { readonly accountId: string; readonly clientId?: string | undefined }
  | { readonly accountId?: undefined; readonly clientId: string };

/** The grants that have not ended. One that has run out is among them until it is purged. */
export interface GrantListStore {
  list(page: PageRequest, filter: GrantFilter): Promise<Page<ListedGrant>>;
  findLive(id: string): Promise<ListedGrant | undefined>;
}
