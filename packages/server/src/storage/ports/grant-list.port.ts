import type { GrantRecord } from './grant-record.js';
import type { Page, PageRequest } from './page.js';

/** A grant as lists show it. */
export interface ListedGrant extends GrantRecord {
  readonly clientName: string;
}

/** Which grants to list: those of an account, of a client, or of both. */
export type GrantFilter =
  | { readonly accountId: string; readonly clientId?: string | undefined }
  | { readonly accountId?: undefined; readonly clientId: string };

/** The grants that are not revoked. An expired one is among them until it is purged. */
export interface GrantListStore {
  list(page: PageRequest, filter: GrantFilter): Promise<Page<ListedGrant>>;
  findLive(id: string): Promise<ListedGrant | undefined>;
}
