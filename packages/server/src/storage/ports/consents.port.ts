import type { AccountRecord } from './accounts.port.js';
import type { Note } from './audit.port.js';
import type { ClientRecord } from './client-record.js';

/** One thing that a user allowed: a scope at a resource, or what belongs to no resource. */
export interface ConsentItem {
  /** The resource; null for identity scopes and claims, which belong to the issuer's userinfo endpoint. */
  readonly resource: string | null;
  /** The name of a scope, or another name of `consents/consent-items.ts`. */
  readonly name: string;
}

/** What a person has allowed a client so far, and when that last changed. */
export interface ConsentRecord {
  readonly accountId: string;
  readonly clientId: string;
  readonly items: readonly ConsentItem[];
  /** Seconds since the epoch. */
  readonly modifiedAt: number;
}

/** A consent item with when it was allowed. */
export interface AllowedItem extends ConsentItem {
  /** Seconds since the epoch. */
  readonly allowedAt: number;
}

/** A place in a list of consents, the last changed first: the last one seen. */
export interface ConsentCursor {
  readonly modifiedAt: number;
  /** The client in a person's list, the person in a client's; '' for whatever is older than `modifiedAt`. */
  readonly id: string;
}

export interface ConsentPageRequest {
  readonly limit: number;
  /** Null for the first page. */
  readonly after: ConsentCursor | null;
}

export interface ConsentPage<T> {
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly next: ConsentCursor | null;
}

/** What ended with a consent. */
export interface WithdrawnConsent {
  readonly items: readonly ConsentItem[];
  /** The grants that stood on it. */
  readonly grantIds: readonly string[];
}

export interface ConsentStore {
  /** What the user has allowed this client so far. */
  find(accountId: string, clientId: string): Promise<readonly ConsentItem[]>;
  /** The same with when each of them was allowed, in that order. */
  inspect(accountId: string, clientId: string): Promise<readonly AllowedItem[]>;
  /** What a person has allowed, the last changed first. */
  listOfAccount(
    accountId: string,
    page: ConsentPageRequest,
  ): Promise<ConsentPage<ConsentRecord & { readonly client: ClientRecord }>>;
  /** Who has allowed a client something, the last changed first. */
  listOfClient(
    clientId: string,
    page: ConsentPageRequest,
  ): Promise<ConsentPage<ConsentRecord & { readonly account: AccountRecord }>>;
  /** Adds to what was allowed; what was there stays. */
  add(accountId: string, clientId: string, items: readonly ConsentItem[], now: number): Promise<void>;
  /**
   * Takes all of it back and, in the same unit, ends every grant of this person to this client, however it came
   * about; `missing` when there was neither.
   *
   * @param note what to remember of it, in the same unit
   */
  withdraw(
    accountId: string,
    clientId: string,
    now: number,
    note?: Note<WithdrawnConsent>,
  ): Promise<'withdrawn' | 'missing'>;
}
